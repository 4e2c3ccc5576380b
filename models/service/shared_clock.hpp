#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

/// The time that one model of several has had a worker to itself: while n models compute, each one's own
/// clock runs at 1/n of the true one. Own times are whole nanoseconds, rounded down; a change of n may lose
/// less than one of them, in favour of nobody. Stamps of the past are turned back into true time exactly as
/// they went by.
class SharedClock {
public:
    /// From `now` on, at 1/`share`. Own time never runs ahead of true time.
    void run_at(std::int64_t share, SimTime now) {
        const SimTime own = own_time(now);
        stretches_.push_back({own, now, share});
    }
    /// From `now` on at 1/`share`, own time set to true time: nothing of before is asked for again.
    void restart(std::int64_t share, SimTime now) { stretches_.assign(1, {now, now, share}); }

    SimTime own_time(SimTime now) const {
        if (stretches_.empty())
            return now;
        const Stretch& last = stretches_.back();
        return last.own + (now - last.begin) / last.share;
    }
    /// When the clock shows `own`, or showed it last.
    SimTime true_time(SimTime own) const {
        std::size_t at = stretches_.size();
        while (at > 1 && stretches_[at - 1].own > own) --at;
        const Stretch& stretch = stretches_[at - 1];
        return stretch.begin + (own - stretch.own) * stretch.share;
    }
    /// Own times before this are not asked for again.
    void forget_before(SimTime own) {
        std::size_t gone = 0;
        while (gone + 1 < stretches_.size() && stretches_[gone + 1].own < own) ++gone;
        stretches_.erase(stretches_.begin(), stretches_.begin() + static_cast<std::ptrdiff_t>(gone));
    }

private:
    struct Stretch {
        SimTime own;
        SimTime begin;
        std::int64_t share;
    };
    std::vector<Stretch> stretches_;
};

}  // namespace spillway
