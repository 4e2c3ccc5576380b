#pragma once

#include <algorithm>
#include <deque>

#include "sim/fleet/scale_policy.hpp"

namespace spillway {

/// How many of the waiting requests have waited for a time. Needs Wakes::queue_age of that time.
class OldWaits {
public:
    explicit OldWaits(Duration age) : age_(age) {}

    /// A request has reached the age.
    void note(SimTime now) { since_.push_back(now - age_); }

    /// Of those that the view shows waiting. What happened within `lag` is not seen yet.
    int count(const PoolView& view, Duration lag) {
        const SimTime seen = view.now - lag;
        // First in, first out: who came before the oldest that waits has been served or has left.
        while (!since_.empty() && since_.front() < seen - view.oldest_wait) since_.pop_front();
        const auto old = std::upper_bound(since_.begin(), since_.end(), seen - age_);
        return std::min(static_cast<int>(old - since_.begin()), view.queued);
    }

private:
    Duration age_;
    std::deque<SimTime> since_;  // when each began to wait, ascending
};

}  // namespace spillway
