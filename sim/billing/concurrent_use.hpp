#pragma once

#include <vector>

#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// Instances that were billed at once, over time: how much of their time the first k of them took, whichever
/// they were. Memory: 32 bytes a life; only contracts with steps keep one.
class ConcurrentUse {
public:
    /// An instance was billed in [begin, end). In any order.
    void add(SimTime begin, SimTime end);

    /// For each limit k (ascending), the integral of min(k, instances at once) less that of the limit before:
    /// instance-ns.
    std::vector<Int128> between(const std::vector<int>& limits) const;

private:
    struct Change {
        SimTime at;
        int by;
    };
    std::vector<Change> changes_;
};

}  // namespace spillway
