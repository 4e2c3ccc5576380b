#include "models/llm/deployment.hpp"

#include <algorithm>
#include <cmath>

#include "models/llm/empirical.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

// What vLLM 0.15 kept back beside weights and KV, from the block counts that it logged for Llama-2-7B,
// Llama-3.1-70B, Mistral-Nemo, Qwen2.5-7B and Yi-34B on H100s: a constant, the sampler's buffers for each
// sequence and entry of the vocabulary, and activations of the largest iteration. It gives their counts
// within 3%.
constexpr double kEngineBytes = 0.85e9;
constexpr double kSamplerBytes = 64;
constexpr double kProfiledSequences = 128;

std::string in_gib(double bytes) {
    const auto tenths = static_cast<std::int64_t>(std::llround(bytes / kGiB * 10));
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

/// GPUs, a precision or both with which the model would fit, in words; empty if none does.
std::string what_would_fit(const Deployment& deployment, const EngineRules& rules, double memory_share) {
    if (deployment.llm.sizes)
        return what_was_measured(deployment.llm.name);
    const auto fewest = [&](Precision weights) {
        Deployment other = deployment;
        other.weights = weights;
        for (other.gpus = 1; other.gpus <= 8; other.gpus *= 2) {
            if (other.gpus >= deployment.gpus && deployment.llm.heads % other.gpus == 0 &&
                kv_bytes(other, rules, memory_share) > kGiB)
                return other.gpus;
        }
        return 0;
    };
    const int more = fewest(deployment.weights);
    std::string text = more > 0 ? "tensor_parallel " + std::to_string(more) : "";
    for (const Precision weights : {Precision::kFp8, Precision::kInt4}) {
        if (weight_bytes(weights) >= weight_bytes(deployment.weights) || !has_gemm(deployment.gpu, weights))
            continue;
        const int gpus = fewest(weights);
        if (gpus == 0 || (gpus > deployment.gpus && more > 0))
            continue;
        text += (text.empty() ? "precision \"" : ", or precision \"") + std::string(precision_name(weights)) +
                "\"";
        if (gpus > deployment.gpus)
            text += " with tensor_parallel " + std::to_string(gpus);
        break;
    }
    return text.empty() ? text : text + " would fit";
}

/// The model, its precision and its GPUs, in words.
std::string deployment_words(const Deployment& deployment, const char* between) {
    return deployment.llm.name + " in " + precision_name(deployment.weights) + between +
           std::to_string(deployment.gpus) + " x " + deployment.gpu.name;
}

}  // namespace

double kv_bytes(const Deployment& deployment, const EngineRules& rules, double memory_share) {
    const LlmSpec& llm = deployment.llm;
    const double gpus = deployment.gpus;
    const double activations =
        static_cast<double>(rules.max_batched_tokens) * activation_bytes(wide_precision(deployment.weights)) *
        (2 * static_cast<double>(llm.intermediate) / gpus + static_cast<double>(llm.hidden) / 2);
    const double sampler = kProfiledSequences * kSamplerBytes * static_cast<double>(llm.vocab);
    return deployment.gpu.sheet.memory_bytes * memory_share - llm.weight_bytes(deployment.weights) / gpus -
           activations - sampler - kEngineBytes;
}

void fit_memory(const Deployment& deployment, double memory_share, EngineRules& rules,
                const std::string& where) {
    const LlmSpec& llm = deployment.llm;
    if (!llm.sizes && llm.heads % deployment.gpus != 0) {
        throw InputError(where, std::to_string(llm.heads) + " heads of " + llm.name +
                                    " cannot be split over " + std::to_string(deployment.gpus) + " GPUs");
    }
    if (!llm.sizes && !has_gemm(deployment.gpu, deployment.weights)) {
        throw InputError(where,
                         deployment.gpu.name + " has no " + precision_name(deployment.weights) + " products",
                         "write another \"precision\"");
    }
    const double block = llm.kv_bytes_per_token(deployment.cache, deployment.gpus) * rules.block_tokens;
    // Blocks that were counted on a machine are believed as far as they fit beside the weights.
    const bool counted = rules.kv_blocks != 0;
    const double room =
        counted ? deployment.gpu.sheet.memory_bytes - llm.weight_bytes(deployment.weights) / deployment.gpus
                : kv_bytes(deployment, rules, memory_share);
    if (room < block) {
        throw InputError(where,
                         deployment_words(deployment, " does not fit ") + ": " + in_gib(block - room) +
                             " a GPU are missing",
                         what_would_fit(deployment, rules, memory_share));
    }
    const auto fitting = static_cast<std::uint64_t>(room / block);
    if (counted && rules.kv_blocks > fitting) {
        throw InputError(where,
                         std::to_string(rules.kv_blocks) + " KV blocks take " +
                             in_gib(static_cast<double>(rules.kv_blocks) * block) +
                             " of a GPU's memory, and " + deployment_words(deployment, " leaves ") +
                             " no more than " + in_gib(room),
                         "at most " + std::to_string(fitting) + "; left out, they are computed");
    }
    if (!counted)
        rules.kv_blocks = fitting;
    const std::uint64_t held = rules.kv_blocks * rules.block_tokens;
    std::uint64_t context =
        rules.max_context != 0 ? rules.max_context : static_cast<std::uint64_t>(llm.max_context);
    context = std::min({context, held, static_cast<std::uint64_t>(llm.max_context)});
    rules.max_context = static_cast<std::uint32_t>(context);
}

}  // namespace spillway
