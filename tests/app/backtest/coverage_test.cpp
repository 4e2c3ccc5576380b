// How often what happened lies inside the range that replications say.
#include "tests/app/backtest/back_test_rig.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr const char* kLuckyService = R"({"exponential": {"mean": "4s"}})";
constexpr int kWorlds = 40;
constexpr std::uint64_t kReplays = 12;

/// Worlds whose bill and whose p95 lie inside.
struct Covered {
    int bills = 0;
    int latencies = 0;
};

/// The same requests happen in worlds whose fleet is `actual`, each with luck of its own, and are predicted
/// for `planned` by replications of their own.
Covered covered(const BackTestRig& planned, const BackTestRig& actual) {
    const ServedLog log = planned.log();
    const ReplayWindow window = replay_window(log, planned.scenario().scenario(), nullptr, {});
    const Scenario plan = replayed_scenario(planned.scenario().scenario(), window);
    const Scenario world = replayed_scenario(actual.scenario().scenario(), window);
    const WindowedLog inside = windowed_log(log, window, plan);
    const std::vector<Metric> metrics{parse_metric("p95 total", "test")};
    const Vary luck{.luck = true, .traffic = false, .model = false};
    const auto total = [](const ReplayedRun& run) {
        Money sum;
        for (const PredictedLine& line : run.lines) sum += line.amount;
        return sum;
    };
    Covered result;
    for (std::uint64_t n = 0; n < kWorlds; ++n) {
        const std::uint64_t first = 1000 * (n + 1);
        const ReplayedRun happened =
            replay_log(world, inside, window, metrics, draws_of(world.draws, luck, first));
        std::vector<Reading> amounts;
        std::vector<Reading> latencies;
        for (std::uint64_t i = 1; i <= kReplays; ++i) {
            const ReplayedRun run =
                replay_log(plan, inside, window, metrics, draws_of(plan.draws, luck, first + i));
            amounts.push_back(Reading::of(to_usd(total(run))));
            latencies.push_back(run.readings.front());
        }
        result.bills += lies_inside(estimate(amounts), total(happened)).value() ? 1 : 0;
        const Estimate p95 = estimate(latencies);
        const double off = happened.readings.front().value() - p95.mean;
        result.latencies += std::abs(off) <= p95.range_half ? 1 : 0;
    }
    return result;
}

}  // namespace

TEST_CASE("what a planned fleet did lies inside as often as it should", "[backtest][statistics]") {
    // Of 40 with 95%, fewer than 32 are seen once in 7,000 times for each of the two. The draws are fixed.
    const BackTestRig rig(R"("$0.80/h")", kLuckyService);
    const Covered same = covered(rig, rig);
    CHECK(same.bills >= 32);
    CHECK(same.latencies >= 32);
}

TEST_CASE("what a slower fleet did lies outside", "[backtest][statistics]") {
    const BackTestRig planned(R"("$0.80/h")", kLuckyService);
    const BackTestRig slower(R"("$0.80/h")", R"({"exponential": {"mean": "8s"}})");
    const Covered other = covered(planned, slower);
    CHECK(other.bills <= 4);
    CHECK(other.latencies <= 4);
}
