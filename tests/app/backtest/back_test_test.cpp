#include <fmt/format.h>

#include "app/backtest/residual_hints.hpp"
#include "sim/core/error.hpp"
#include "tests/app/backtest/back_test_rig.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* kPlainPrice = R"("$0.80/h")";
/// Meters, disks and egress beside the GPU time.
constexpr const char* kMeteredPrice = R"({"instance": "$0.00019/s", "step": "10s", "minimum": "60s",
    "cpu": {"vcpu": 4, "price": "$0.0000131/core-s"}, "memory": {"size": "16GiB", "price": "$0.00000222/GiB-s"},
    "storage": [{"name": "container disk", "size": "20GB", "price": "$0.10/GB-month"},
                {"name": "volume", "size": "50GB", "when": "always", "price": "$0.07/GB-month"}],
    "egress": {"price": "$0.09/GB", "bytes_per_request": "3MB", "bytes_per_output_token": "8B"}})";
constexpr const char* kSteppedPrice = R"({"instance": "$2/h", "steps": [{"first": 1, "price": "$1.4/h"}]})";
constexpr const char* kCommittedPrice =
    R"({"instance": "$2/h", "commitments": [{"instances": 1, "price": "$1.1/h"}]})";

constexpr const char* kApiScenario = R"({
  "name": "api", "horizon": "20m", "warm_up": "0s",
  "traffic": [{"source": "poisson", "rate": "0.5/s", "input_tokens": 300, "output_tokens": 50}],
  "pools": [{"name": "llm", "kind": "api", "service": {"model": "fixed", "time": "2s"},
    "price": {"tokens": {"input": "$0.15/Mtok", "output": "$0.60/Mtok", "cached_input": "$0.07/Mtok",
                         "cached_share": "25%", "request": "$0.0001/request"}}}]
})";

const MetricResidual& metric_of(const BackTest& result, const std::string& name) {
    for (const MetricResidual& one : result.metrics) {
        if (one.metric.name == name)
            return one;
    }
    throw std::runtime_error("no metric " + name);
}

/// The log with `by` seconds more in each total and time to first token.
std::string slower_log(const std::string& text, double by) {
    std::string slower;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
        for (const std::size_t column : {std::size_t{10}, std::size_t{11}}) {  // total_s, ttft_s
            if (!slower.empty())
                cells[column] = fmt::format("{:.9f}", std::stod(cells[column]) + by);
        }
        slower += fmt::format("{}\n", fmt::join(cells, ","));
    }
    return slower;
}

}  // namespace

TEST_CASE("a fleet's own log and bill are predicted to the nano-dollar, line by line", "[backtest][law]") {
    const std::vector<BackTestRig> rigs{BackTestRig(kPlainPrice), BackTestRig(kMeteredPrice),
                                        BackTestRig(kSteppedPrice), BackTestRig(kCommittedPrice),
                                        BackTestRig::of(kApiScenario)};
    for (const BackTestRig& rig : rigs) {
        const BackTest result = rig.against(bill_of(rig.lines()));
        REQUIRE(result.bill);
        CHECK(result.bill->residual() == Money{});
        CHECK(result.bill->billed > Money{});
        CHECK(result.bill->lines.size() == rig.lines().size());
        for (const ResidualLine& line : result.bill->lines) {
            INFO(line.name);
            CHECK(line.match == LineMatch::kBoth);
            CHECK(line.residual() == Money{});
            // 18 digits of it are read.
            CHECK(line.predicted_usage - line.billed_usage <= line.predicted_usage / 100'000'000'000'000'000);
            CHECK(line.usage_effect.value_or(Money{}) == Money{});
            CHECK(line.price_effect.value_or(Money{}) == Money{});
        }
        for (const MetricResidual& one : result.metrics) {
            INFO(one.metric.name);
            CHECK(one.residual().value_or(0) == 0);
        }
    }
}

TEST_CASE("a log that luck made is predicted exactly under the same luck", "[backtest][law]") {
    const BackTestRig rig(kMeteredPrice, R"({"exponential": {"mean": "4s"}})");
    const BackTest result = rig.against(bill_of(rig.lines()));
    CHECK(result.bill->residual() == Money{});
    CHECK(metric_of(result, "p99 total").residual() == 0);
    CHECK(metric_of(result, "cold share").residual() == 0);
}

TEST_CASE("what a run of an example did is predicted exactly under the same luck", "[backtest][law]") {
    for (const char* example :
         {"01_first_run/scenario", "07_api_or_gpus/gpus_then_api", "12_rag_pipeline/small",
          "15_platforms/modal", "15_platforms/cloud_run", "18_back_test/plan"}) {
        INFO(example);
        const BackTestRig rig = BackTestRig::of(fmt::format(
            R"({{"extends": "{}/examples/{}.json", "warm_up": "0s"}})", source_dir().string(), example));
        BackTestRules rules = whole_window();
        rules.vary.model = false;
        const BackTest result = rig.against(bill_of(rig.lines()), rules);
        CHECK(result.bill->billed > Money{});
        CHECK(result.bill->residual() == Money{});
        for (const MetricResidual& one : result.metrics) CHECK(one.residual().value_or(0) == 0);
    }
}

TEST_CASE("prices that are a tenth higher are a price effect alone", "[backtest][law]") {
    for (const char* price : {kPlainPrice, kMeteredPrice, kSteppedPrice, kCommittedPrice}) {
        const BackTestRig rig(price);
        const BackTest result = rig.against(bill_of(rig.lines(), 10, 11));
        CHECK(result.bill->residual() < Money{});
        for (const ResidualLine& line : result.bill->lines) {
            INFO(line.name);
            CHECK(line.usage_effect.value_or(Money{}) == Money{});
            CHECK(line.price_effect.value_or(Money{}) == line.residual());
        }
    }
}

TEST_CASE("a tenth more usage at the same price is a usage effect alone", "[backtest][law]") {
    for (const char* price : {kPlainPrice, kMeteredPrice, kSteppedPrice}) {
        const BackTestRig rig(price);
        const BackTest result = rig.against(bill_of(rig.lines(), 11, 11));
        CHECK(result.bill->residual() < Money{});
        for (const ResidualLine& line : result.bill->lines) {
            INFO(line.name);
            REQUIRE(line.usage_effect);
            CHECK(line.usage_effect == line.residual());
            CHECK(line.price_effect == Money{});
        }
    }
}

TEST_CASE("what lies beyond all replications is outside, and what is one of them inside", "[backtest]") {
    const BackTestRig rig(kPlainPrice, R"({"exponential": {"mean": "4s"}})");
    BackTestRules rules = whole_window();
    rules.replications = 12;
    const BackTest same = rig.against(bill_of(rig.lines()), rules);
    CHECK(metric_of(same, "p95 total").inside == true);
    CHECK(same.bill->inside() == true);
    const ServedLog slower = rig.log(slower_log(rig.log_text(), 60));
    const BackTest other = back_test(rig.scenario(), slower, std::nullopt, rules);
    CHECK(metric_of(other, "p95 total").inside == false);
    CHECK(metric_of(other, "p50 total").inside == false);
    CHECK(metric_of(other, "cold share").inside == true);
    CHECK(metric_of(other, "p95 total").residual().value() ==
          Approx(metric_of(same, "p95 total").residual().value() - 60));
}

TEST_CASE("without luck in the fleet every replication is the same", "[backtest]") {
    const BackTestRig rig(kPlainPrice);
    BackTestRules rules = whole_window();
    rules.replications = 4;
    const BackTest result = rig.against(bill_of(rig.lines()), rules);
    CHECK(result.bill->total.deviation == 0);
    CHECK(result.bill->inside() == true);
    CHECK(metric_of(result, "p99 total").inside == true);
}

TEST_CASE("requests of the time to settle are billed and in no percentile", "[backtest]") {
    const BackTestRig rig(kPlainPrice);
    BackTestRules rules = whole_window();
    rules.window.settle = 10min;
    const BackTest settled = rig.against(bill_of(rig.lines()), rules);
    CHECK(settled.bill->residual() == Money{});
    const BackTest whole = rig.against(bill_of(rig.lines()));
    CHECK(metric_of(settled, "cold share").measured != metric_of(whole, "cold share").measured);
    CHECK(metric_of(settled, "cold share").residual() == 0);
}

TEST_CASE("what the log has ahead of the window is its history", "[backtest][law]") {
    const BackTestRig rig(kPlainPrice, R"({"exponential": {"mean": "4s"}})");
    const std::vector<FieldChange> warm{{"warm_up", ConfigNode::text("test", "10m"), "test"}};
    BackTestRules rules = whole_window();
    rules.window.from = "10m";
    const BackTest with = back_test(rig.scenario().with(warm), rig.log(), std::nullopt, rules);
    const BackTest without = back_test(rig.scenario(), rig.log(), std::nullopt, rules);
    CHECK(with.window.lead > 9min);
    CHECK(with.requests == without.requests);
    for (const MetricResidual& one : with.metrics) {
        INFO(one.metric.name);
        CHECK(one.residual() == 0);
    }
    // Without it the first requests find an empty fleet.
    CHECK(metric_of(without, "cold share").residual().value() > 0);
}

TEST_CASE("a bill of twice the log is twice its usage, priced once", "[backtest]") {
    const BackTestRig rig(kPlainPrice);
    BackTestRules rules = whole_window();
    rules.window.scale = true;
    rules.window.period = 40min;
    const BackTest result = rig.against(bill_of(rig.lines(), 20, 20), rules);
    CHECK(result.bill->residual() == Money{});
    rules.window.period = 40min + 1ns;
    CHECK_THROWS_WITH(rig.against(bill_of(rig.lines()), rules), contains_text("whole number of seconds"));
    rules.window.scale = false;
    CHECK_THROWS_WITH(rig.against(bill_of(rig.lines()), rules), contains_text("--scale"));
}

TEST_CASE("hints say what the data say", "[backtest]") {
    const BackTestRig rig(kPlainPrice);
    const auto hints = [](const BackTest& result) {
        return fmt::format("{}", fmt::join(result.hints, "\n"));
    };
    CHECK(rig.against(bill_of(rig.lines())).hints.empty());
    CHECK_THAT(hints(rig.against(bill_of(rig.lines(), 10, 15))),
               contains_text("billed at $1.20/GPU-h and predicted at $0.800/GPU-h"));
    const std::string more = hints(rig.against(bill_of(rig.lines(), 15, 15)));
    CHECK_THAT(more, contains_text("idle") && contains_text("times the"));
    CHECK_THAT(hints(rig.against("line,cost\nsupport plan,100\n")), contains_text("'WORDS=aside'"));
}

TEST_CASE("time with a request open is counted once, inside the window", "[backtest]") {
    const BackTestRig rig(kPlainPrice);
    const ServedLog log =
        rig.log("sent_s,done_s,input_tokens,output_tokens\n10,14,1,1\n12,13,1,1\n13,20,1,1\n30,99,1,1\n");
    WindowWishes wishes;
    wishes.to = "25s";
    const Scenario scenario = rig.scenario().scenario();
    const ReplayWindow window = replay_window(log, scenario, nullptr, wishes);
    CHECK(occupied_time(windowed_log(log, window, scenario), window) == Duration{15s});
}

TEST_CASE("tolerances judge the bill, or the metric that they name", "[backtest]") {
    const BackTestRig rig(kPlainPrice);
    const auto judged = [&](const std::string& tolerance, int usage) {
        BackTestRules rules = whole_window();
        rules.tolerances = {tolerance};
        return rig.against(bill_of(rig.lines(), usage, usage), rules).within_tolerance();
    };
    CHECK(judged("5%", 10));
    CHECK_FALSE(judged("5%", 11));
    CHECK(judged("10%", 11));
    CHECK(judged("bill=10%", 11));
    CHECK(judged("p95 total=0%", 11));
    CHECK_THROWS_WITH(judged("p95 totl=5%", 10), contains_text("total"));
    CHECK_THROWS_WITH(judged("p97 total=5%", 10), contains_text("--metrics"));
    CHECK_THROWS_WITH(judged("five", 10), contains_text("no share"));
}
