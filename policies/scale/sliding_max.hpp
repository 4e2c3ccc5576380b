#pragma once

#include <deque>

#include "sim/core/time.hpp"

namespace spillway {

/// The largest of the values that were noted within a window.
class SlidingMax {
public:
    /// Notes `value`, which counts whatever happens, and forgets what was noted before `oldest`. Requires:
    /// times ascend.
    void note(SimTime now, int value, SimTime oldest) {
        while (!falling_.empty() && falling_.back().value <= value) falling_.pop_back();
        falling_.push_back({now, value});
        while (falling_.size() > 1 && falling_.front().at < oldest) falling_.pop_front();
    }
    /// Requires: a value was noted.
    int max() const noexcept { return falling_.front().value; }
    /// When that was noted last.
    SimTime noted() const noexcept { return falling_.front().at; }

private:
    struct Noted {
        SimTime at;
        int value;
    };
    std::deque<Noted> falling_;  // those that no later one exceeds: the first is the largest
};

}  // namespace spillway
