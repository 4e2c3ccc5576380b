#pragma once

#include <cstdint>
#include <vector>

#include "sim/billing/price.hpp"
#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// Billed instance time by clock hour, and what commitments make of it: in each hour, k committed instances
/// cover up to k hours of use, of however many instances at once; k need not be whole. Eight bytes an hour of
/// the window.
class CommitmentHours {
public:
    /// `into_hour`: how far the wall clock was into its hour at time 0.
    explicit CommitmentHours(Duration into_hour) : into_hour_(into_hour) {}

    /// An instance was billed in [begin, end), and `rounding` more on top in the hour in which it ended.
    void add(SimTime begin, SimTime end, Duration rounding);

    struct Cover {
        Int128 covered = 0;  ///< instance-ns
        Int128 unused = 0;
    };
    /// For each number of committed instances, in order: an earlier one is used up before a later one begins.
    /// Of a number that is not whole, each hour's cover is rounded down to a nanosecond, and the unused rest
    /// is that of the whole window.
    std::vector<Cover> apply(const std::vector<Ratio>& instances, Duration window) const;

private:
    std::size_t hour_of(SimTime time) const;
    void add_to(std::size_t hour, Duration time);

    Duration into_hour_;
    std::vector<Duration> used_;
};

}  // namespace spillway
