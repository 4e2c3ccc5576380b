// Where serverless stops being the cheaper way.
#include "app/breakeven/break_even.hpp"

#include <cmath>

#include "app/io/json_file.hpp"
#include "app/plan/plan.hpp"
#include "sim/core/error.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// Workers of one slot that start at once and stop at once: they are paid for while they serve, and nothing
/// else.
std::string pay_by_use(const char* price) {
    return std::string(
               R"({"name": "by use", "horizon": "2h", "warm_up": "5m", "traffic": [{"source": "poisson", "rate": "0.05/s"}],
        "pools": [{"name": "p", "workers": {"max": 64}, "policy": {"name": "scale-to-zero", "idle_timeout": "0s"},
                   "service": {"model": "fixed", "time": {"exponential": {"mean": "4s"}}},
                   "price": {"instance": ")") +
           price + R"(", "step": "0s"}}]})";
}

std::string always_on(int workers, const char* price) {
    return std::string(
               R"({"name": "always on", "horizon": "2h", "warm_up": "5m", "traffic": [{"source": "poisson", "rate": "0.05/s"}],
        "pools": [{"name": "p", "workers": {"max": 64}, "policy": {"name": "fixed", "workers": )") +
           std::to_string(workers) +
           R"(}, "service": {"model": "fixed", "time": {"exponential": {"mean": "4s"}}},
                   "price": ")" +
           price + R"("}]})";
}

ScenarioFile file(const std::string& text) { return {read_config_text(text, "s.json"), {}}; }

}  // namespace

TEST_CASE("paid by use, serverless crosses always-on workers where the textbook says", "[app][breakeven]") {
    // 0.05 a second of 4 s each keep 0.2 workers busy: at $4 an hour, $0.80. Two workers at $1 cost $2: 2.5
    // times that load.
    BreakEvenRules rules;
    rules.from = 0.5;
    rules.to = 8;
    rules.count = 5;
    const BreakEven result = find_break_even(file(pay_by_use("$4/h")), file(always_on(2, "$1/h")), rules);
    REQUIRE(result.crossings.size() == 1);
    const Crossing& crossing = result.crossings.front();
    CHECK(crossing.load == Approx(2.5).epsilon(0.08));
    CHECK(crossing.low <= 2.5);
    CHECK(crossing.high >= 2.5);
    CHECK(crossing.high / crossing.low < 1.5);
    CHECK(crossing.to_on_demand);
    CHECK_THAT(break_even_text(result, 0.1), Catch::Contains("month 10"));
}

TEST_CASE("over the duty cycle, what is idle costs on-demand alone", "[app][breakeven]") {
    // With traffic all the time $0.80 against $0.50; at a share d of it, 0.8 d: they cross at 62.5%.
    BreakEvenRules rules;
    rules.axis = LoadAxis::kDuty;
    rules.from = 0.2;
    rules.to = 1;
    rules.count = 4;
    const BreakEven result = find_break_even(file(pay_by_use("$4/h")), file(always_on(1, "$0.5/h")), rules);
    REQUIRE(result.crossings.size() == 1);
    CHECK(result.crossings.front().load == Approx(0.625).epsilon(0.08));
}

TEST_CASE("a duty cycle is refused for traffic that would play on in its silence", "[app][breakeven]") {
    std::string text = pay_by_use("$4/h");
    const std::string rate = R"("rate": "0.05/s")";
    text.replace(text.find(rate), rate.size(), rate + R"(, "cut": {"for": "10m"}, "repeat": {})");
    BreakEvenRules rules;
    rules.axis = LoadAxis::kDuty;
    rules.to = 1;
    CHECK_THROWS_AS(find_break_even(file(text), file(always_on(1, "$1/h")), rules), InputError);
}

TEST_CASE(
    "over burstiness, a worker that is paid for while it serves costs the less the closer requests follow",
    "[app][breakeven]") {
    // 20 a second of 1 s each keep one worker of many slots busy while they come, which is 1/f of each
    // period.
    const std::string serverless = R"({"name": "bursts", "horizon": "2h", "warm_up": "0s",
        "traffic": [{"source": "poisson", "rate": "20/s"}],
        "pools": [{"name": "p", "workers": {"max": 1}, "concurrency": 1000,
                   "policy": {"name": "scale-to-zero", "idle_timeout": "0s"},
                   "service": {"model": "fixed", "time": "1s"}, "price": {"instance": "$4/h", "step": "0s"}}]})";
    BreakEvenRules rules;
    rules.axis = LoadAxis::kBurstiness;
    rules.from = 1;
    rules.to = 16;
    rules.count = 3;
    rules.replications = 3;
    const BreakEven result = find_break_even(file(serverless), file(always_on(1, "$1/h")), rules);
    REQUIRE(result.crossings.size() == 1);
    CHECK(result.crossings.front().load == Approx(4).epsilon(0.03));
    CHECK_FALSE(result.crossings.front().to_on_demand);
    CHECK_THAT(break_even_text(result, std::nullopt), Catch::Contains("serverless is the cheaper above 4") &&
                                                          Catch::Contains("times this burstiness"));
}

TEST_CASE("the fixed fleet grows with the load, and its objectives hold", "[app][breakeven]") {
    const StudyRig rig;
    const ScenarioFile scenario = with_objectives(
        rig.scenario(R"("name": "gpu")", R"("name": "gpu", "gpu": "L40S")"), {"p95 total < 20s"});
    BreakEvenRules rules;
    rules.from = 0.5;
    rules.to = 4;
    rules.count = 3;
    rules.replications = 4;
    const BreakEven result = find_break_even(scenario, std::nullopt, rules);
    REQUIRE(result.points.size() >= 3);
    CHECK(result.points.front().fixed_workers < result.points.back().fixed_workers);
    CHECK_FALSE(result.effects.empty());
}

TEST_CASE("growth brings the load to the crossing in so many months", "[app][breakeven]") {
    CHECK(*months_until(2, 0.1) == Approx(std::log(2) / std::log(1.1)));
    CHECK(*months_until(0.5, -0.1) == Approx(std::log(0.5) / std::log(0.9)));
    CHECK_FALSE(months_until(0.5, 0.1));
    CHECK_FALSE(months_until(2, -0.1));
}

TEST_CASE("what costs nothing has no break-even", "[app][breakeven]") {
    const StudyRig rig;
    CHECK_THROWS_AS(find_break_even(rig.scenario(R"(,
    "price": "$2/h")",
                                                 ""),
                                    std::nullopt, {}),
                    InputError);
}

}  // namespace spillway::tests
