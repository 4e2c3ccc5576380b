#include "app/calibrate/operation_bytes.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

#include "app/calibrate/number_table.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// Sizes of a measured model, from its published configuration.
struct ModelSizes {
    std::string_view name;
    double hidden;
    double intermediate;
    double heads;
    double kv_heads;
};

constexpr std::array kModels{
    ModelSizes{"codellama/CodeLlama-34b-Instruct-hf", 8192, 22016, 64, 8},
    ModelSizes{"meta-llama/Llama-2-7b-hf", 4096, 11008, 32, 32},
    ModelSizes{"meta-llama/Llama-2-70b-hf", 8192, 28672, 64, 8},
    ModelSizes{"meta-llama/Meta-Llama-3-8B", 4096, 14336, 32, 8},
    ModelSizes{"meta-llama/Meta-Llama-3-70B", 8192, 28672, 64, 8},
};
constexpr double kHeadDim = 128;
constexpr double kValueBytes = 2;

/// A column of the table and how many values a token moves in it, on one of `tp` GPUs.
struct Operation {
    const char* column;
    const char* name;
    double (*values)(const ModelSizes& model, double tp);
};

constexpr std::array kOperations{
    Operation{"input_layernorm_ms", "norm", [](const ModelSizes& model, double) { return 2 * model.hidden; }},
    Operation{"post_attention_layernorm_ms", "norm after attention",
              [](const ModelSizes& model, double) { return 2 * model.hidden; }},
    Operation{"attn_rope_ms", "rotary embedding",
              [](const ModelSizes& model, double tp) {
                  return 2 * (model.heads + model.kv_heads) * kHeadDim / tp;
              }},
    Operation{"mlp_act_ms", "gated activation",
              [](const ModelSizes& model, double tp) { return 3 * model.intermediate / tp; }},
    Operation{"add_ms", "addition", [](const ModelSizes& model, double) { return 3 * model.hidden; }},
};

const ModelSizes& model_sizes(const NumberTable& table) {
    std::vector<std::string_view> names;
    for (const ModelSizes& model : kModels) {
        if (model.name == table.word("model"))
            return model;
        names.push_back(model.name);
    }
    throw unknown_name(table.where(), "model", table.word("model"), names);
}

}  // namespace

void import_operations(const std::filesystem::path& file, std::string_view gpu,
                       std::vector<Sample>& samples) {
    constexpr double kFewestTokens = 512;
    std::vector<std::string> numbers{"tp", "num_tokens"};
    for (const Operation& operation : kOperations) numbers.emplace_back(operation.column);
    NumberTable table(file, numbers, {"gpu", "model"});
    while (table.next()) {
        const double tokens = table.count("num_tokens");
        if (table.word("gpu") != gpu || tokens < kFewestTokens)
            continue;
        const ModelSizes& model = model_sizes(table);
        const double tp = table.count("tp");
        for (const Operation& operation : kOperations) {
            samples.push_back({"ew",
                               {{"op", operation.name}, {"model", std::string(model.name)}},
                               {{"tokens", tokens},
                                {"tp", tp},
                                {"bytes", tokens * kValueBytes * operation.values(model, tp)}},
                               table.time(operation.column) * 1e-3});
        }
    }
}

}  // namespace spillway
