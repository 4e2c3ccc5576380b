#pragma once

#include <ctime>

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace spillway::bench {

/// CPU time of this thread in seconds: what other programs on the machine take does not count.
inline double thread_cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Exponential times between events, mean one millisecond, in nanoseconds: a table in the first-level cache,
/// so that a benchmark of a queue measures the queue.
class GapTable {
public:
    GapTable() {
        std::uint64_t state = 1;
        for (std::int64_t& gap : gaps_) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            gap = std::llround(-1e6 * std::log((static_cast<double>(state >> 12) + 0.5) * 0x1p-52));
        }
    }
    /// In a pseudo-random order (xorshift64), which no branch predictor learns.
    std::int64_t next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return gaps_[state_ >> 54];
    }

private:
    std::array<std::int64_t, 1024> gaps_{};
    std::uint64_t state_ = 88172645463325252U;
};

/// The standard library's priority queue holding a thousand typed events, each scheduling its successor.
/// Machines are noisy; a figure divided by this one, run in turns with it, is not.
class Yardstick {
public:
    Yardstick() {
        for (int i = 0; i < kPending; ++i) queue_.push({gaps_.next(), ++sequence_, 0, 0});
    }

    /// CPU seconds a hold, over `holds` of them.
    double seconds_per_hold(int holds) {
        const double start = thread_cpu_seconds();
        for (int i = 0; i < holds; ++i) {
            Entry entry = queue_.top();
            queue_.pop();
            entry.at += gaps_.next();
            entry.sequence = ++sequence_;
            queue_.push(entry);
        }
        return (thread_cpu_seconds() - start) / holds;
    }

private:
    static constexpr int kPending = 1000;

    struct Entry {
        std::int64_t at;
        std::uint64_t sequence;
        std::uint64_t kind;
        std::uint64_t slot;
        bool operator>(const Entry& other) const {
            return at != other.at ? at > other.at : sequence > other.sequence;
        }
    };

    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
    GapTable gaps_;
    std::uint64_t sequence_ = 0;
};

}  // namespace spillway::bench
