#include "traces/combine/block_plan.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

using std::chrono::hours;

constexpr int kFewestBlocks = 20;
constexpr Duration kBlock = hours(1);
constexpr Duration kDay = hours(24);
constexpr Duration kWeek = 7 * kDay;
constexpr int kPeriods = 3;            // as many of a stratum's periods are there to draw from
constexpr Duration kSlack = hours(1);  // less than they may be: traces are seldom cut to the second
constexpr Duration kHour = hours(1);   // how wide the hour of a stratum is

Stratum stratum_of(Duration trace) noexcept {
    if (trace >= kPeriods * kWeek - kSlack)
        return Stratum::kHourOfWeek;
    return trace >= kPeriods * kDay - kSlack ? Stratum::kHourOfDay : Stratum::kWholeTrace;
}

Duration share_of(Duration whole, double share) noexcept {
    return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * share));
}

}  // namespace

std::string_view stratum_name(Stratum stratum) noexcept {
    switch (stratum) {
        case Stratum::kHourOfWeek:
            return "hour of week";
        case Stratum::kHourOfDay:
            return "hour of day";
        case Stratum::kWholeTrace:
            return "whole trace";
    }
    return {};
}

bool BlockPlan::tells_a_month() const noexcept { return blocks >= kFewestBlocks && trace >= hours(20); }

BlockPlan plan_blocks(Duration trace, std::optional<Duration> block) {
    SPILLWAY_CHECK(trace > Duration{0} && (!block || *block > Duration{0}),
                   "a trace or block without length");
    const Duration length =
        block ? *block : std::min(kBlock, (trace + Duration{kFewestBlocks - 1}) / kFewestBlocks);
    BlockPlan plan{trace, std::min(length, trace), 0, stratum_of(trace)};
    plan.blocks = static_cast<std::uint64_t>((trace + plan.block - Duration{1}) / plan.block);
    return plan;
}

Duration stratum_period(const BlockPlan& plan) noexcept {
    switch (plan.stratum) {
        case Stratum::kHourOfWeek:
            return kWeek;
        case Stratum::kHourOfDay:
            return kDay;
        case Stratum::kWholeTrace:
            return plan.trace;
    }
    return plan.trace;
}

Duration draw_start(const BlockPlan& plan, std::uint64_t number, RandomStream& stream) {
    const double place = stream.uniform();
    const double which = stream.uniform();
    if (plan.stratum == Stratum::kWholeTrace)
        return share_of(plan.trace, place);
    const Duration period = stratum_period(plan);
    const Duration own = static_cast<Duration::rep>(number) * plan.block;
    const Duration moment = (own + period + share_of(kHour, place) - kHour / 2) % period;
    const Duration::rep as_good = (plan.trace - moment - Duration{1}) / period + 1;
    return moment + static_cast<Duration::rep>(which * static_cast<double>(as_good)) * period;
}

Duration continuation(const BlockPlan& plan) noexcept { return plan.trace % stratum_period(plan); }

}  // namespace spillway
