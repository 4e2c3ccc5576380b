#include "sim/billing/commitment_hours.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr Duration kHour = std::chrono::hours{1};

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

std::vector<CommitmentHours::Cover> CommitmentHours::apply(const std::vector<Commitment>& commitments,
                                                           Duration window) const {
    std::vector<Cover> covers(commitments.size());
    std::size_t hour = 0;
    for (Duration from{0}; from < window; ++hour) {
        const Duration next = std::min(window, static_cast<std::int64_t>(hour + 1) * kHour - into_hour_);
        Duration used = hour < used_.size() ? used_[hour] : Duration::zero();
        for (std::size_t i = 0; i < commitments.size(); ++i) {
            const Duration capacity = (next - from) * commitments[i].instances;
            const Duration covered = std::min(used, capacity);
            used -= covered;
            covers[i].covered += covered.count();
            covers[i].unused += (capacity - covered).count();
        }
        from = next;
    }
    return covers;
}

}  // namespace spillway
