// How recorded traffic is cut into blocks, and what may take a block's place.
#include "traces/combine/block_plan.hpp"

#include <cmath>
#include <vector>

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDay = 24h;

Duration start_of(const BlockPlan& plan, std::uint64_t block, std::uint64_t replication) {
    RandomStream stream(StreamKey(RunSeed{1, replication}, "test"), block);
    return draw_start(plan, block, stream);
}

/// How far two moments lie apart in the hours of a period.
Duration hours_apart(Duration a, Duration b, Duration period) {
    const Duration ahead = (a - b + 100 * period) % period;
    return std::min(ahead, period - ahead);
}

TEST_CASE("a trace is cut into hours, and one under 20 hours into 20 equal blocks", "[traces][block_plan]") {
    CHECK(plan_blocks(14 * kDay, {}).blocks == 336);
    CHECK(plan_blocks(14 * kDay, {}).block == Duration{1h});
    CHECK(plan_blocks(20h, {}).blocks == 20);
    CHECK(plan_blocks(20h + 1s, {}).blocks == 21);
    CHECK(plan_blocks(1h, {}).blocks == 20);
    CHECK(plan_blocks(1h, {}).block == Duration{3min});
    CHECK(plan_blocks(1s, {}).blocks == 20);
}

TEST_CASE("a stated block cuts the trace, and the last block is what is left", "[traces][block_plan]") {
    const BlockPlan plan = plan_blocks(1h, Duration{7min});
    CHECK(plan.block == Duration{7min});
    CHECK(plan.blocks == 9);
    CHECK(plan_blocks(1h, Duration{5h}).blocks == 1);
    CHECK(plan_blocks(1h, Duration{5h}).block == Duration{1h});
}

TEST_CASE("strata need three of their periods, of which an hour may be missing", "[traces][block_plan]") {
    CHECK(plan_blocks(21 * kDay, {}).stratum == Stratum::kHourOfWeek);
    CHECK(plan_blocks(21 * kDay - 1h, {}).stratum == Stratum::kHourOfWeek);
    CHECK(plan_blocks(20 * kDay, {}).stratum == Stratum::kHourOfDay);
    CHECK(plan_blocks(3 * kDay - 1min, {}).stratum == Stratum::kHourOfDay);
    CHECK(plan_blocks(2 * kDay, {}).stratum == Stratum::kWholeTrace);
    CHECK(stratum_name(plan_blocks(21 * kDay, {}).stratum) == "hour of week");
    CHECK(stratum_name(plan_blocks(3 * kDay, {}).stratum) == "hour of day");
    CHECK(stratum_name(plan_blocks(1h, {}).stratum) == "whole trace");
}

TEST_CASE("a month needs 20 blocks and 20 hours of trace", "[traces][block_plan]") {
    CHECK(plan_blocks(20h, {}).tells_a_month());
    CHECK_FALSE(plan_blocks(19h, {}).tells_a_month());
    CHECK_FALSE(plan_blocks(30 * kDay, 2 * kDay).tells_a_month());
    CHECK(plan_blocks(40 * kDay, 2 * kDay).tells_a_month());
}

TEST_CASE("a block's place is taken by its own hour of the stratum", "[traces][block_plan]") {
    for (const Duration trace : {Duration{22 * kDay + 5h}, Duration{4 * kDay + 7h}}) {
        const BlockPlan plan = plan_blocks(trace, {});
        const Duration period = stratum_period(plan);
        for (std::uint64_t i = 0; i < 5000; ++i) {
            const std::uint64_t block = i % plan.blocks;
            const Duration start = start_of(plan, block, i);
            REQUIRE((start >= Duration{0} && start < trace));
            const Duration own = static_cast<Duration::rep>(block) * plan.block;
            REQUIRE(hours_apart(start, own, period) <= Duration{30min});
        }
    }
}

TEST_CASE("every day that has the hour is drawn equally often", "[traces][block_plan]") {
    const BlockPlan plan = plan_blocks(4 * kDay, {});
    std::vector<int> days(4);
    for (std::uint64_t i = 0; i < 4000; ++i) ++days[static_cast<std::size_t>(start_of(plan, 30, i) / kDay)];
    // 1000 each, standard deviation 27: four of them are exceeded once in 4000 seeds for one day.
    for (const int count : days) CHECK(std::abs(count - 1000) < 110);
}

TEST_CASE("without a stratum any moment may begin a block", "[traces][block_plan]") {
    const BlockPlan plan = plan_blocks(1h, {});
    std::vector<int> tenths(10);
    for (std::uint64_t i = 0; i < 10'000; ++i)
        ++tenths[static_cast<std::size_t>(start_of(plan, i % 20, i) / 6min)];
    for (const int count : tenths) CHECK(std::abs(count - 1000) < 120);
}

TEST_CASE("the trace's end goes on at the first moment of its hour", "[traces][block_plan]") {
    CHECK(continuation(plan_blocks(1h, {})) == Duration{0});
    CHECK(continuation(plan_blocks(4 * kDay, {})) == Duration{0});
    CHECK(continuation(plan_blocks(4 * kDay + 7h, {})) == Duration{7h});
    CHECK(continuation(plan_blocks(22 * kDay, {})) == Duration{kDay});
}

}  // namespace
}  // namespace spillway::tests
