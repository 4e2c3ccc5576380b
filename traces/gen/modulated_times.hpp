#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/core/time.hpp"

namespace spillway {

/// End of a segment that lasts for ever, far enough from the largest time for differences to be safe.
inline constexpr SimTime kForEver{Duration::max() / 4};

/// A stretch of constant arrival rate, which begins where the one before ended.
struct RateSegment {
    double rate;  ///< arrivals a second, 0 or more
    SimTime until;
};

/// Arrival times whose rate follows `Segments` (std::optional<RateSegment> next(); empty: the end) and whose
/// gaps, counted in expected arrivals, follow `Gaps` (unit_gaps.hpp). With exponential gaps this is the
/// Poisson process of that rate, exactly: a gap is one draw, however many segments it spans.
template <class Segments, class Gaps>
class ModulatedTimes {
public:
    ModulatedTimes(SimTime begin, Segments segments, Gaps gaps)
        : segments_(std::move(segments)), gaps_(std::move(gaps)), at_(begin), until_(begin) {}

    /// The next arrival, in non-decreasing time; false once the segments have ended. (An optional would be
    /// built in memory and read back at once, which stalls a processor for longer than all the rest takes.)
    [[nodiscard]] bool next(SimTime& at) {
        double gap = started_ ? gaps_.next() : gaps_.first();
        started_ = true;
        while (gap >= room_) {
            gap -= room_;
            at_ = until_;
            const std::optional<RateSegment> segment = segments_.next();
            if (!segment)
                return false;
            until_ = std::max(segment->until, at_);  // a segment may end before the traffic begins
            room_ = segment->rate * to_seconds(until_ - at_);
            gap_length_ = segment->rate > 0 ? 1e9 / segment->rate : 0;
        }
        room_ -= gap;
        // Not llround, which is a call: the gap is neither negative nor large.
        const auto step =
            static_cast<Duration::rep>(gap * gap_length_ + 0.5);  // NOLINT(bugprone-incorrect-roundings)
        at_ = std::min(at_ + Duration(step), until_);
        at = at_;
        return true;
    }

private:
    Segments segments_;
    Gaps gaps_;
    SimTime at_;
    SimTime until_;
    double room_ = 0;        // expected arrivals until the segment ends
    double gap_length_ = 0;  // nanoseconds an expected arrival takes
    bool started_ = false;
};

/// One rate from the beginning to `end`.
class ConstantRate {
public:
    ConstantRate(double rate, SimTime end) noexcept : segment_(RateSegment{rate, end}) {}
    std::optional<RateSegment> next() noexcept { return std::exchange(segment_, std::nullopt); }

private:
    std::optional<RateSegment> segment_;
};

}  // namespace spillway
