#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// Among which moments of a trace a block finds the one that takes its place.
enum class Stratum : std::uint8_t { kHourOfWeek, kHourOfDay, kWholeTrace };

/// "hour of week", "hour of day", "whole trace".
std::string_view stratum_name(Stratum stratum) noexcept;

/// How a recorded trace is cut into blocks, each of which is replaced by a part of the trace that is as long.
struct BlockPlan {
    Duration trace{};          ///< length of what is drawn from, and of what is made
    Duration block{};          ///< of each but the last, which may be shorter
    std::uint64_t blocks = 0;  ///< in all
    Stratum stratum = Stratum::kWholeTrace;

    /// Whether there is enough of the trace for an interval of a month: 20 blocks and 20 hours.
    bool tells_a_month() const noexcept;
};

/// Cuts a trace into blocks of that length; without one into hours, or into 20 equal blocks below 20 hours.
/// From three weeks on the stratum is the hour of week, from three days on the hour of day (an hour may be
/// missing). Requires: both above 0.
BlockPlan plan_blocks(Duration trace, std::optional<Duration> block);

/// Moments of the trace that can stand for each other: one, and those whole periods before and after it.
Duration stratum_period(const BlockPlan& plan) noexcept;

/// Where in the trace the part begins that replaces block `number`: at most 30 minutes from the block's own
/// hour of the stratum, every moment there as likely as any other. A part that reaches the end of the trace
/// goes on at continuation(). Two draws of `stream`.
Duration draw_start(const BlockPlan& plan, std::uint64_t number, RandomStream& stream);

/// What follows on the end of the trace: the first moment of the trace that has the hour of its end, so that
/// no moment is drawn less often for lying near an end. 0 where the trace has whole periods.
Duration continuation(const BlockPlan& plan) noexcept;

}  // namespace spillway
