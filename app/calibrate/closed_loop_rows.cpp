// Closed-loop runs from the published silicon rows.
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/calibrate/gpu_layout.hpp"
#include "app/calibrate/number_table.hpp"
#include "app/calibrate/published_names.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// More clients than this are those of several replicas.
constexpr double kMostClients = 2048;

bool is_mixture(const NumberTable& table) {
    const double dense = table.number("dense");
    if (dense != 0 && dense != 1)
        table.refuse("dense", "neither 0 nor 1", "1 for a dense model, 0 for a mixture of experts");
    return dense == 0;
}

/// The model, which is of the kind that the row says.
const LlmSpec& llm_of(const NumberTable& table, bool mixture) {
    const LlmSpec& llm = published_llm(table.word("model"), table.where());
    if (!mixture && llm.sizes) {
        table.refuse("dense", fmt::format("kernels do not explain {}", llm.name),
                     "write 0, and in tp, attn_dp, moe_tp and moe_ep how its GPUs share it");
    }
    if (mixture && !llm.sizes)
        table.refuse("dense", fmt::format("{} is a dense model", llm.name), "write 1");
    return llm;
}

Precision weights_of(const NumberTable& table) {
    const std::string_view word = table.word("gemm_quant");
    if (word.empty())
        return Precision::kBf16;
    const std::string_view plain = word == "fp8_block" ? "fp8" : word == "int4_wo" ? "int4" : word;
    if (const auto precision = parse_precision(std::string(plain)))
        return *precision;
    table.refuse("gemm_quant", "unknown", "empty for 16 bits, or fp8, fp8_block, nvfp4, int4, int4_wo");
}

/// The published concurrency, where it does not cover several replicas.
std::uint32_t clients_of(const NumberTable& table, const ServedRun& run) {
    const bool replicas = run.gpu == "B200" && run.llm == "Qwen3-32B";
    const char* column = table.word("concurrency").empty() || replicas ? "batch_size" : "concurrency";
    const std::uint32_t clients = table.count(column);
    if (clients > kMostClients) {
        table.refuse(column, fmt::format("one engine serves {:.0f} clients at most", kMostClients),
                     "the clients of one replica, where several served the run");
    }
    return clients;
}

/// Named before any fit: measured TTFT and TPOT that no fixed prompt of that length gives.
bool is_apart(const ServedRun& run, std::string_view quantised) {
    const bool small = run.llm == "Llama-3.1-8B" && run.gpu == "H200";
    return small || (run.llm == "Qwen3-32B" && run.engine == "vllm" && quantised == "fp8");
}

std::uint32_t output_of(const NumberTable& table) {
    const std::uint32_t tokens = table.count("osl");
    if (tokens < 2)
        table.refuse("osl", "an answer of one token has no time per output token", "2 or more");
    return tokens;
}

ServedRun read_run(const NumberTable& table, std::string gpu, bool mixture) {
    ServedRun run;
    run.mixture = mixture;
    run.where = table.where();
    run.curve = table.word("curve_id");
    const LlmSpec& llm = llm_of(table, mixture);
    run.llm = llm.name;
    run.gpu = std::move(gpu);
    run.engine = published_engine(table.word("backend"), run.where);
    run.source = table.word("source").find("gap-analysis") == std::string_view::npos
                     ? ServedSource::kInferenceMax
                     : ServedSource::kGapAnalysis;
    run.version = mixture ? run.engine : engine_version(run.engine, table.word("backend_version"), run.where);
    run.weights = weights_of(table);
    // vLLM samples as the model's own settings say unless it is told to be greedy, as InferenceMAX does.
    run.samples = run.engine == "vllm" && run.source == ServedSource::kGapAnalysis && llm.samples;
    GpuLayout layout = mixture ? mixture_layout(table) : dense_layout(table);
    run.gpus = layout.gpus;
    run.layout = std::move(layout.name);
    run.input = table.count("isl");
    run.output = output_of(table);
    run.clients = clients_of(table, run);
    run.ttft = table.served_seconds("ttft_ms");
    run.tpot = table.served_seconds("tpot_ms");
    run.apart = is_apart(run, table.word("gemm_quant"));
    return run;
}

InputError unused(const NumberTable& table, std::string_view column, const std::string& why,
                  std::string hint) {
    return {table.where(), fmt::format("column \"{}\" is \"{}\": {}", column, table.word(column), why),
            std::move(hint)};
}

/// Why the row is none that can be predicted; none: it may be. Dense models are predicted from kernels, so
/// that a GPU of theirs has tables of them.
std::optional<InputError> why_unused(const NumberTable& table, bool mixture) {
    if (table.word("mode") != "agg")
        return unused(table, "mode", "only runs whose prompts and answers share an engine are predicted",
                      "agg for those");
    const auto gpu = find_published_gpu(table.word("system"));
    if (!gpu) {
        return unused(table, "system", "unknown",
                      fmt::format("known: {}", fmt::join(published_gpus(), ", ")));
    }
    if (!mixture && find_gpu_profile(*gpu, table.where()).kind == ProfileKind::kDataSheet)
        return unused(table, "system", "no kernel of it was measured",
                      "dense models: h100_sxm, h200_sxm or b200_sxm");
    if (mixture && !(table.optional_number("concurrency").value_or(kMostClients + 1) <= kMostClients))
        return unused(table, "concurrency", "the clients of one engine are not known",
                      fmt::format("a number up to {:.0f}", kMostClients));
    return std::nullopt;
}

}  // namespace

ServedRows read_closed_loop_rows(const std::filesystem::path& file) {
    NumberTable table(
        file,
        {"isl", "osl", "concurrency", "batch_size", "tp", "attn_dp", "moe_tp", "moe_ep", "ttft_ms", "tpot_ms",
         "dense"},
        {"curve_id", "model", "system", "backend", "backend_version", "gemm_quant", "mode", "source"});
    ServedRows rows;
    while (table.next()) {
        const bool mixture = is_mixture(table);
        if (auto why = why_unused(table, mixture)) {
            rows.passed_over.add(std::move(*why));
            continue;
        }
        rows.runs.push_back(read_run(table, std::string(*find_published_gpu(table.word("system"))), mixture));
    }
    if (rows.runs.empty() && rows.passed_over.first)
        throw InputError(*rows.passed_over.first);
    if (rows.runs.empty())
        throw InputError(file.string(), "has no row", "a row is a run");
    return rows;
}

}  // namespace spillway
