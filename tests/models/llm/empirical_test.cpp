#include "models/llm/empirical.hpp"

#include <cmath>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

EngineRules small_rules() {
    EngineRules rules;
    rules.max_sequences = 8;
    rules.max_batched_tokens = 4096;
    rules.max_context = 4096;
    return rules;
}

DeploymentKey key_of(const std::string& gpu, int gpus, const std::string& engine) {
    return {"gpt-oss-120b", gpu, gpus, engine, Precision::kNvfp4, ""};
}

}  // namespace

TEST_CASE("a measured iteration is the sum of its terms", "[llm][empirical]") {
    EmpiricalStep step;
    step.step = 4e-3;
    step.experts = 8e-3;
    step.sequence = 1e-4;
    step.kv_token = 1e-8;
    step.prompt_step = 2e-3;
    step.prompt_token = 1e-5;
    step.crowded_token = 2e-6;
    step.prompt_square = 1e-9;
    const StepTime time = empirical_step_time(step, 0.25, small_rules());
    // Two sequences need 1 - 0.75^2 of the experts.
    const double decode = 4e-3 + 8e-3 * 0.4375 + 2e-4 + 1e-8 * 1000;
    CHECK(to_seconds(time.of({2, 1000, 0, 0, 2})) == Approx(decode).margin(1e-9));
    // A prompt of 3,072 tokens beside them: 1,026 of all tokens are beyond 2,048, and three sequences emit.
    const double three = 4e-3 + 8e-3 * (1 - std::pow(0.75, 3)) + 3e-4 + 1e-8 * 1000;
    const double prompt = 2e-3 + 1e-5 * 3072 + 2e-6 * 1026 + 1e-9 * 3072 * 3072;
    const Ticks attention = time.prefill_attention(0, 3072);
    CHECK(to_seconds(time.of({2, 1000, 3072, attention, 3})) == Approx(three + prompt).margin(1e-9));
}

TEST_CASE("a deployment that was measured is found by its engine's family and by its layout",
          "[llm][empirical]") {
    const FoundEmpirical found = find_empirical(key_of("H200", 8, "vllm"), "test");
    REQUIRE(found.measured != nullptr);
    CHECK(found.measured->key.llm == "gpt-oss-120b");
    CHECK(found.measured->runs > 5);
    CHECK(find_empirical(key_of("H200", 8, "vllm-0.15"), "test").measured == found.measured);
    DeploymentKey other = key_of("H200", 4, "trtllm");
    other.layout = "tp4 moe-tp2 ep2";
    const FoundEmpirical named = find_empirical(other, "test");
    REQUIRE(named.measured != nullptr);
    CHECK(named.measured->key.layout == other.layout);
}

TEST_CASE("a deployment that no run had is put together from what its parts do", "[llm][empirical]") {
    const FoundEmpirical found = find_empirical(key_of("H200", 6, "vllm"), "test");
    CHECK(found.measured == nullptr);
    // Between its neighbours with fewer and with more GPUs, give or take what deployments differ by.
    const double fewer = find_empirical(key_of("H200", 2, "vllm"), "test").step.prompt_token;
    const double more = find_empirical(key_of("H200", 8, "vllm"), "test").step.prompt_token;
    CHECK(found.step.prompt_token < 1.5 * fewer);
    CHECK(found.step.prompt_token > more / 1.5);
}

TEST_CASE("what nothing measured says of is refused with what is known", "[llm][empirical]") {
    CHECK_THROWS_WITH(find_empirical(key_of("L40S", 8, "vllm"), "pool"),
                      contains_text("no served run says how long gpt-oss-120b takes on 8 x L40S"));
    CHECK_THROWS_WITH(find_empirical(key_of("L40S", 8, "vllm"), "pool"),
                      contains_text("vllm in nvfp4 on H200 x 1, 2, 4, 8"));
    CHECK_THROWS_AS(find_empirical({"Llama-2-70B", "B200", 4, "vllm-2023-eager", Precision::kBf16, ""}, ""),
                    InputError);
}

TEST_CASE("the catalogue's deployments are slower with more work in every term", "[llm][empirical]") {
    for (const EmpiricalDeployment& one : empirical_catalog().deployments) {
        const StepTime time = empirical_step_time(one.step, 1.0 / 32, small_rules());
        INFO(one.key.llm << " on " << one.key.gpus << " x " << one.key.gpu);
        CHECK(time.of({8, 1000, 0, 0, 8}) >= time.of({4, 1000, 0, 0, 4}));
        CHECK(time.of({4, 2000, 0, 0, 4}) >= time.of({4, 1000, 0, 0, 4}));
        CHECK(time.of({4, 1000, 100, time.prefill_attention(0, 100), 4}) >= time.of({4, 1000, 0, 0, 4}));
    }
}
