#include "sim/billing/commitment_hours.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr Duration kHour = std::chrono::hours{1};

/// Of so many instances in `time`, in whole nanoseconds, rounded down.
Int128 instance_time(const Ratio& instances, Duration time) {
    return Int128{time.count()} * instances.numerator / instances.denominator;
}

}  // namespace

std::size_t CommitmentHours::hour_of(SimTime time) const {
    return static_cast<std::size_t>((time.time_since_epoch() + into_hour_) / kHour);
}

void CommitmentHours::add_to(std::size_t hour, Duration time) {
    if (used_.size() <= hour)
        used_.resize(hour + 1, Duration::zero());
    used_[hour] += time;
}

void CommitmentHours::add(SimTime begin, SimTime end, Duration rounding) {
    SPILLWAY_CHECK(begin >= SimTime{} && begin < end, "billed time lies outside the window");
    for (SimTime from = begin; from < end;) {
        const std::size_t hour = hour_of(from);
        const SimTime next = SimTime{} + (static_cast<std::int64_t>(hour) + 1) * kHour - into_hour_;
        const SimTime to = std::min(end, next);
        add_to(hour, to - from);
        from = to;
    }
    if (rounding > Duration::zero())
        add_to(hour_of(end - Duration{1}), rounding);
}

std::vector<CommitmentHours::Cover> CommitmentHours::apply(const std::vector<Ratio>& instances,
                                                           Duration window) const {
    std::vector<Cover> covers(instances.size());
    std::size_t hour = 0;
    for (Duration from{0}; from < window; ++hour) {
        const Duration next = std::min(window, static_cast<std::int64_t>(hour + 1) * kHour - into_hour_);
        Int128 used = hour < used_.size() ? used_[hour].count() : 0;
        for (std::size_t i = 0; i < instances.size(); ++i) {
            const Int128 covered = std::min(used, instance_time(instances[i], next - from));
            used -= covered;
            covers[i].covered += covered;
        }
        from = next;
    }
    for (std::size_t i = 0; i < instances.size(); ++i)
        covers[i].unused = instance_time(instances[i], window) - covers[i].covered;
    return covers;
}

}  // namespace spillway
