#include "models/llm/measured_range.hpp"

#include "models/gpu_profile/profile_catalog.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

MeasuredRange range_of(std::string_view llm, std::string_view gpu, std::string_view engine,
                       Precision weights = Precision::kBf16) {
    const Deployment deployment{find_llm(llm, "test"), find_gpu_profile(gpu, "test"), 1, weights,
                                Precision::kBf16};
    return measured_range(deployment, find_engine(engine, "test"));
}

ServiceUsage usage_of(std::uint64_t longest_prompt, std::uint64_t largest_batch) {
    ServiceUsage usage;
    usage.longest_prompt = longest_prompt;
    usage.largest_batch = largest_batch;
    return usage;
}

}  // namespace

TEST_CASE("nothing is marked of a measured GPU and engine within what was measured",
          "[llm][measured_range]") {
    const MeasuredRange range = range_of("Qwen3-32B", "H100", "vllm");
    CHECK(beyond_measured(range, usage_of(16384, 512)).empty());
}

TEST_CASE("longer prompts and larger batches than measured are marked with where measurements end",
          "[llm][measured_range]") {
    const MeasuredRange range = range_of("Qwen3-32B", "H100", "vllm");
    const auto marks = beyond_measured(range, usage_of(100'000, 5000));
    REQUIRE(marks.size() == 2);
    CHECK_THAT(marks[0], contains_text("up to 100000 tokens; measurements end at 16384"));
    CHECK_THAT(marks[1], contains_text("5000 sequences ran at once; measurements end at 2048"));
}

TEST_CASE("a GPU that nobody measured is marked as a roofline, and an engine that never ran on it",
          "[llm][measured_range]") {
    const MeasuredRange range = range_of("Llama-3.1-8B", "RTX4090", "vllm");
    REQUIRE(range.marks.size() == 2);
    CHECK_THAT(range.marks[0], contains_text("RTX4090 were never measured"));
    CHECK_THAT(range.marks[1], contains_text("overheads are those on B200, H100, H200"));
}

TEST_CASE("a model that the engine was not measured with is marked, and products that nobody measured",
          "[llm][measured_range]") {
    const MeasuredRange other = range_of("Llama-3.1-8B", "H100", "vllm");
    REQUIRE(other.marks.size() == 1);
    CHECK_THAT(other.marks[0], contains_text("no served run of vllm on H100 had Llama-3.1-8B in bf16"));
    const MeasuredRange small = range_of("Qwen3-32B", "H100", "vllm", Precision::kInt4);
    REQUIRE(small.marks.size() == 2);
    CHECK_THAT(small.marks[0], contains_text("products of H100 in int4: not measured"));
    CHECK_THAT(small.marks[1], contains_text("had Qwen3-32B in int4"));
}

TEST_CASE("a deployment that is put together from others says so", "[llm][measured_range]") {
    const DeploymentKey key{"gpt-oss-120b", "H200", 6, "vllm", Precision::kNvfp4, ""};
    const MeasuredRange together = measured_range(find_empirical(key, "test"), key);
    REQUIRE(together.marks.size() == 1);
    CHECK_THAT(together.marks[0], contains_text("no served run had gpt-oss-120b in nvfp4 on 6 x H200"));
    CHECK(together.prompt_tokens == 8192);  // as far as its model was measured at all
    const DeploymentKey measured{"gpt-oss-120b", "H200", 8, "vllm", Precision::kNvfp4, ""};
    const MeasuredRange range = measured_range(find_empirical(measured, "test"), measured);
    CHECK(range.marks.empty());
    CHECK(range.prompt_tokens == 8192);
}
