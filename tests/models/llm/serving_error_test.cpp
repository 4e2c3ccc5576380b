// Errors of served deployments: what is stated, and what a draw of them does.
#include "models/llm/serving_error.hpp"

#include <sstream>

#include "models/registry.hpp"
#include "models/service/slot_model.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

ModelContext pool_on(const std::string& gpu, int gpus, ModelErrors* errors) {
    ModelContext pool = context();
    pool.gpu = gpu;
    pool.gpus_per_worker = gpus;
    pool.errors = errors;
    return pool;
}

std::vector<StatedError> stated_for(const char* service, const std::string& gpu, int gpus) {
    ModelErrors errors;
    make_service(config(service), pool_on(gpu, gpus, &errors));
    return errors.stated();
}

/// When a request alone on a worker gets its first and its last token.
SlotTimes alone(const std::string& service, const ModelContext& pool) {
    const auto factory = make_service(config(service), pool);
    const auto engine = factory->make(nullptr);
    ServiceRequest request;
    request.input_tokens = 2000;
    request.output_tokens = request.max_tokens = 200;
    engine->admit(request, SimTime{});
    std::vector<ServiceEnd> ended;
    while (const auto now = engine->next_change()) engine->advance(*now, ended);
    REQUIRE(ended.size() == 1);
    return {ended[0].first_token - SimTime{}, ended[0].last_token - SimTime{}};
}

constexpr const char* kServed =
    R"({"model": "llm", "llm": "Llama-3.1-70B", "engine": "vllm", "precision": "fp8"})";

}  // namespace

TEST_CASE("a deployment's error is that of runs which its fit had not seen", "[llm][serving_error]") {
    const auto served = stated_for(kServed, "H100", 4);
    CHECK(served == std::vector<StatedError>{{"H100 with vllm: step times", 0.032},
                                             {"H100 with vllm: request times", 0.126}});
    // Of a model that no run had on this GPU, and of a GPU that none ran on, it is larger.
    const auto other_model =
        stated_for(R"({"model": "llm", "llm": "Llama-3.1-8B", "precision": "fp8"})", "H100", 1);
    CHECK(other_model.at(0).mean == 0.086);
    const auto other_gpu =
        stated_for(R"({"model": "llm", "llm": "Llama-3.1-8B", "engine": "vllm"})", "L40S", 1);
    CHECK(other_gpu.at(0).mean == 0.072);
    CHECK(other_gpu.at(1).mean == 0.227);
}

TEST_CASE("a roofline states no error", "[llm][serving_error]") {
    const auto roofline = stated_for(R"({"model": "llm", "llm": "Llama-3.1-8B", "engine": "vllm"})", "L4", 1);
    CHECK(roofline == std::vector<StatedError>{{"L4 with vllm: step times", std::nullopt},
                                               {"L4 with vllm: request times", std::nullopt}});
}

TEST_CASE("a mixture's error is larger where no run had its deployment", "[llm][serving_error]") {
    const char* service =
        R"({"model": "llm", "llm": "gpt-oss-120b", "engine": "vllm", "precision": "nvfp4"})";
    const auto measured = stated_for(service, "H200", 8);
    CHECK(measured.at(0) == StatedError{"gpt-oss-120b on H200 with vllm: step times", 0.135});
}

TEST_CASE("figures are those of docs/accuracy.md", "[llm][serving_error]") {
    // Rows of its tables, without what is between their columns: runs; TPOT mean, median, p90, bias; TTFT
    // mean.
    std::istringstream words(read_text(source_dir() / "docs/accuracy.md"));
    std::string page;
    for (std::string word; words >> word;) page += word + ' ';
    for (const char* row :
         {"engine: sglang 48 3.4 3.2 7.0 +0.4 10.4 ", "engine: trtllm 342 5.1 3.3 11.9 +1.7 17.5 ",
          "engine: vllm 205 3.2 2.6 6.3 +0.8 12.6 ", "all 595 7.2 6.0 14.2 -2.5 22.7 ",
          "all 595 8.6 5.4 19.9 +0.9 21.4 ", "engine: sglang 314 10.7 6.1 25.7 +2.5 74.1 28.4 ",
          "engine: trtllm 410 10.7 5.2 26.3 +1.2 37.4 21.5 ",
          "engine: vllm 448 13.5 4.4 16.7 +7.0 41.1 10.0 ",
          "engine: sglang 314 16.0 11.7 34.5 +0.7 46.0 35.6 ",
          "engine: trtllm 410 18.4 13.0 39.0 +6.1 51.6 33.0 ",
          "engine: vllm 448 23.8 11.8 41.6 +13.3 51.0 21.1 ", "all 97 10.5 7.5 24.3 -0.9 3.7 "}) {
        INFO(row);
        CHECK(page.find(row) != std::string::npos);
    }
}

TEST_CASE("a draw makes every iteration as much longer, and nothing drawn leaves them as they were",
          "[llm][serving_error]") {
    ModelErrors none;
    ModelErrors drawn(RunSeed{1, 5});
    const SlotTimes exact = alone(kServed, pool_on("H100", 4, nullptr));
    const SlotTimes same = alone(kServed, pool_on("H100", 4, &none));
    CHECK(same.last_token == exact.last_token);
    const SlotTimes off = alone(kServed, pool_on("H100", 4, &drawn));
    const double factor = ModelErrors(RunSeed{1, 5}).factor("H100 with vllm: step times", 0.032);
    CHECK(factor != 1);
    const double decode = to_seconds(off.last_token - off.first_token);
    CHECK(decode == Approx(factor * to_seconds(exact.last_token - exact.first_token)).epsilon(1e-6));
}

TEST_CASE("engines agree to the nanosecond under a draw, however they step", "[llm][serving_error]") {
    for (std::uint64_t replication = 0; replication < 8; ++replication) {
        ModelErrors errors(RunSeed{1, replication});
        const ModelContext pool = pool_on("H100", 4, &errors);
        const std::string service(kServed);
        const std::string stepping =
            service.substr(0, service.size() - 1) + R"(, "stepping": "every-iteration"})";
        const SlotTimes fast = alone(service, pool);
        const SlotTimes slow = alone(stepping, pool);
        CHECK(fast.first_token == slow.first_token);
        CHECK(fast.last_token == slow.last_token);
    }
}
