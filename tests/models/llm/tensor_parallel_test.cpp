// When it pays to split a model over more GPUs: over NVLink always, over PCIe for few tokens at a time.
#include <functional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/deployment.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::uint32_t kMostTokens = 8192;
constexpr std::uint32_t kMostSequences = 256;

StepTime step_on(std::string_view gpu, int gpus) {
    EngineRules rules;
    rules.max_sequences = kMostSequences;
    rules.max_batched_tokens = rules.max_context = kMostTokens;
    const Deployment deployment{find_llm("Llama-3.1-8B", "test"), find_gpu_profile(gpu, "test"), gpus,
                                Precision::kBf16, Precision::kBf16};
    return kernel_step_time(deployment, {}, rules);
}

Ticks prompt(const StepTime& step, std::uint32_t tokens) {
    return step.of({0, 0, tokens, step.prefill_attention(0, tokens), 1});
}
Ticks decode(const StepTime& step, std::uint32_t sequences) {
    return step.of({sequences, 1000 * std::uint64_t{sequences}, 0, Ticks{0}, sequences});
}

/// Where `shorter` holds among 1 to `most`: "up to 28", "none", "all", "up to 30, from 44 on".
std::string ranges(std::uint32_t most, const std::function<bool(std::uint32_t)>& shorter) {
    std::string text;
    std::uint32_t from = 0;
    for (std::uint32_t n = 1; n <= most + 1; ++n) {
        const bool holds = n <= most && shorter(n);
        if (holds == (from != 0))
            continue;
        if (holds) {
            from = n;
            continue;
        }
        const std::uint32_t to = n - 1;
        text += text.empty() ? "" : ", ";
        if (from == 1)
            text += to == most ? "all" : fmt::format("up to {}", to);
        else
            text += to == most ? fmt::format("from {} on", from) : fmt::format("{} to {}", from, to);
        from = 0;
    }
    return text.empty() ? "none" : text;
}

/// A row for each doubling of the GPUs.
std::string crossovers(std::string_view gpu) {
    std::string rows;
    StepTime few = step_on(gpu, 1);
    for (const int gpus : {2, 4, 8}) {
        StepTime more = step_on(gpu, gpus);
        rows += fmt::format(
            "| {} | {} to {} | {} | {} |\n", gpu, gpus / 2, gpus,
            ranges(kMostTokens, [&](std::uint32_t n) { return prompt(more, n) < prompt(few, n); }),
            ranges(kMostSequences, [&](std::uint32_t n) { return decode(more, n) < decode(few, n); }));
        few = std::move(more);
    }
    return rows;
}

}  // namespace

TEST_CASE("tensor parallelism shortens every iteration where the link is NVLink", "[llm][physics]") {
    for (const char* gpu : {"A100-80GB", "H100", "H200", "B200"}) {
        INFO(gpu);
        for (const int gpus : {2, 4, 8})
            CHECK_THAT(crossovers(gpu),
                       contains_text(fmt::format("| {} to {} | all | all |", gpus / 2, gpus)));
    }
}

TEST_CASE("over PCIe tensor parallelism pays up to the sizes that the documentation states",
          "[llm][physics]") {
    const std::string page = read_text(source_dir() / "docs/models.md");
    for (const char* gpu : {"L40S", "RTX-PRO-6000", "L4"}) {
        const std::string rows = crossovers(gpu);
        INFO(rows);
        CHECK(page.find(rows) != std::string::npos);
    }
}
