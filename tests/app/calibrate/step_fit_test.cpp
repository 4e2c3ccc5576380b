#include "app/calibrate/step_fit.hpp"

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

std::vector<MeasuredStep> read(const std::string& rows) {
    const ScratchDir folder;
    write_text(folder / "steps.csv",
               "group_id,model,hardware,tp,prompt_size,batch_size,prompt_ms,token_ms\n" + rows);
    return read_measured_steps(folder / "steps.csv");
}

/// A batch on an engine that takes 30 ms and 2 ms a sequence, 10 ns for a token of KV, and for prompts 5 ms
/// and 0.1 ms a token.
MeasuredStep made(std::uint32_t prompt, std::uint32_t batch) {
    MeasuredStep step;
    step.prompt = prompt;
    step.batch = batch;
    const double tokens = 1.0 * prompt * batch;
    step.prompt_seconds = 35e-3 + 2e-3 * batch + 1e-4 * tokens;
    step.token_seconds = 30e-3 + 2e-3 * batch + 1e-8 * tokens;
    return step;
}

}  // namespace

TEST_CASE("repeats of a batch are one step, by their median; capped GPUs are left out", "[app][step_fit]") {
    const auto steps = read(
        "a,llama2-70b,h100-80gb,4,512,2,100,30\n"
        "a,llama2-70b,h100-80gb,4,512,2,900,32\n"
        "a,llama2-70b,h100-80gb,4,512,2,110,31\n"
        "b,llama2-70b,h100-80gb-pcap,4,512,2,1,1\n");
    REQUIRE(steps.size() == 1);
    CHECK(steps[0].key.llm == "Llama-2-70B");
    CHECK(steps[0].key.engine == "vllm-2023-eager");
    CHECK(steps[0].prompt_seconds == Approx(0.110));
    CHECK(steps[0].token_seconds == Approx(0.031));
    CHECK_THROWS_WITH(read("a,llama3,h100-80gb,4,512,2,100,30\n"), contains_text("llama3"));
    CHECK_THROWS_WITH(read(""), contains_text("no measured step"));
}

TEST_CASE("a batch that took half as long as fewer of its prompts is set apart", "[app][step_fit]") {
    const auto steps = read(
        "a,llama2-70b,a100-80gb,2,512,16,3234,100\n"
        "b,llama2-70b,a100-80gb,2,512,64,796,110\n");
    REQUIRE(steps.size() == 2);
    CHECK_FALSE(steps[0].apart);
    CHECK(steps[1].apart);
}

TEST_CASE("steps made by known terms give them back", "[app][step_fit]") {
    std::vector<MeasuredStep> steps;
    for (const std::uint32_t prompt : {128U, 512U, 1024U}) {
        for (const std::uint32_t batch : {1U, 2U}) steps.push_back(made(prompt, batch));
    }
    const EmpiricalStep fitted = fit_steps(steps);
    CHECK(fitted.step == Approx(30e-3));
    CHECK(fitted.sequence == Approx(2e-3));
    CHECK(fitted.prompt_step == Approx(5e-3));
    CHECK(fitted.prompt_token == Approx(1e-4));
    CHECK(fitted.kv_token == Approx(1e-8));
}
