// What the reports say of token-level engines, on a run that can be followed by hand.
#include <nlohmann/json.hpp>

#include "app/io/json_file.hpp"
#include "app/report/csv_report.hpp"
#include "app/report/json_report.hpp"
#include "app/report/text_report.hpp"
#include "app/run/run_scenario.hpp"
#include "models/llm/batch_engine.hpp"
#include "tests/fleet/support/sources.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

/// Every iteration takes 10 ms, and 1 ms more for each prompt token.
EngineSetup plain_setup() {
    StepTables tables;
    tables.tokens.assign(101, Ticks{0});
    tables.head.assign(101, Ticks{0});
    tables.attention.assign(9, {KvLine{}});
    tables.prefill_context.assign(20, Ticks{0});
    tables.serial_step = to_ticks(Duration{10ms});
    tables.serial_token = to_ticks(Duration{1ms});
    EngineRules rules;
    rules.max_sequences = 8;
    rules.max_batched_tokens = 100;
    rules.kv_blocks = 100;
    rules.max_context = 1000;
    rules.prefix_cache = true;
    return {rules, StepTime(std::move(tables)), {}};
}

class EngineFactory final : public ServiceFactory {
public:
    std::unique_ptr<ServiceModel> make(TokenObserver* tokens) const override {
        return std::make_unique<BatchEngine>(setup_, tokens);
    }
    double best_rate(const ObservedWork&, int) const override { return 1; }

private:
    EngineSetup setup_ = plain_setup();
};

/// Two prompts of the same 40 tokens, one after the other; the answer of the first is cut from 5 tokens to 3.
RunResult run(bool with_engine) {
    const Scenario scenario = read_scenario(
        read_config_text(
            R"({"horizon": "10s", "warm_up": "0s", "traffic": [{"source": "poisson", "rate": "1/s"}],
            "pools": [{"name": "gpu", "workers": {"max": 1}, "policy": {"name": "fixed", "workers": 1},
                       "service": {"model": "fixed", "time": "1s"}, "price": "$3.60/h"}]})",
            "test"),
        ".");
    const auto assembly = assemble(scenario);
    if (with_engine) {
        assembly->fleet.pools.front().service = std::make_unique<EngineFactory>();
        assembly->pools.front().service = assembly->fleet.pools.front().service.get();
    }
    static constexpr std::array<std::uint64_t, 2> kPrefix{71, 72};
    Arrival first;
    first.input_tokens = 40;
    first.output_tokens = 5;
    first.max_tokens = 3;
    first.prefix_blocks = kPrefix;
    Arrival second = first;
    second.at = SimTime{1s};
    second.output_tokens = 4;
    second.max_tokens = 0;
    assembly->source = std::make_unique<testing::ListSource>(std::vector<Arrival>{first, second});
    return run_assembled(scenario, *assembly);
}

TEST_CASE("the JSON of a run with an engine tells what it did", "[app][tokens]") {
    const Json json = Json::parse(json_report(run(true)));
    CHECK(json["itl"]["gaps"] == 2 + 3);
    CHECK(json["itl"]["p50_s"] == 0.01);
    CHECK(json["itl"]["max_s"] == 0.01);
    const Json& requests = json["all"]["requests"];
    CHECK(requests["output_tokens"] == 3 + 4);
    CHECK(requests["answers_cut"] == 1);
    const Json& engine = json["pools"][0]["engine"];
    CHECK(engine["iterations"] == 3 + 4);
    CHECK(engine["prefill_tokens"] == 40 + 8);
    CHECK(engine["cached_tokens"] == 32);
    CHECK(engine["cached_share"] == 0.4);
    CHECK(engine["output_tokens"] == 7);
    CHECK(engine["preemptions"] == 0);
    CHECK(engine["redone_tokens"] == 0);
    CHECK(engine["peak_kv_blocks"] == 3);
    CHECK(engine["kv_blocks"] == 100);
    CHECK(engine["peak_kv_share"] == 0.03);
    CHECK(engine["itl"] == json["itl"]);
}

TEST_CASE("the text of a run with an engine has its table, its gaps and the answers that were cut",
          "[app][tokens]") {
    const std::string text = text_report(run(true));
    CHECK_THAT(text, contains_text("  gpu              7                      48                  40.0%"));
    CHECK_THAT(text, contains_text("  inter-token latency      5 gaps"));
    CHECK_THAT(text, contains_text("  1 answer cut at max_tokens or at the end of the context\n"));
}

TEST_CASE("without an engine no output speaks of gaps between tokens", "[app][tokens]") {
    const RunResult result = run(false);
    const Json json = Json::parse(json_report(result));
    CHECK_FALSE(json.contains("itl"));
    CHECK_FALSE(json["pools"][0].contains("engine"));
    CHECK_FALSE(json["all"]["requests"].contains("answers_cut"));
    const std::string text = text_report(result);
    for (const char* words : {"inter-token", "engine", "cut at"})
        CHECK(text.find(words) == std::string::npos);
}

TEST_CASE("the CSV has inter-token latency, empty where there is none", "[app][tokens]") {
    const std::string text = csv_report({run(true), run(false)});
    CHECK_THAT(text, contains_text("ttft_p99_s,itl_p50_s,itl_p95_s,itl_p99_s,cold_share"));
    CHECK_THAT(text, contains_text(",0.01,0.01,0.01,0,0,"));
    CHECK_THAT(text, contains_text(",,,,0,0,"));
}

}  // namespace
}  // namespace spillway::tests
