#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/metrics/bin_counts.hpp"
#include "sim/metrics/parts_log.hpp"
#include "sim/metrics/quantile_sketch.hpp"

namespace spillway {

/// Requests of a band of totals ("between p98.5 and p99.5") and where their time went. The part means add up
/// to the mean total, the shares to 1.
struct BandFigures {
    std::uint64_t requests = 0;
    std::array<double, kLatencyParts> mean_seconds{};
    std::array<double, kLatencyParts> share{};  ///< of the band's time; all 0 when the band's totals are 0
};

/// Where requests' time went: the distribution of each part and of the total, and the parts of requests by
/// their total. Constant memory, and the same exactness and independence of order as QuantileSketch.
class LatencyParts {
public:
    using Sums = std::array<Int128, kLatencyParts>;

    /// Requires: no part is negative (CHECK).
    void add(const Parts& parts) { add(parts, total_of(parts)); }
    /// The same for a caller that knows the total. Requires: it is the sum of the parts (CHECK).
    void add(const Parts& parts, Duration total);
    void merge(const LatencyParts& other);

    std::uint64_t count() const noexcept { return count_; }
    /// The distribution of the totals.
    QuantileSketch totals() const;
    /// Each part summed over all requests, exact, in nanoseconds.
    Sums sums() const;
    /// The distribution of one part.
    QuantileSketch part(LatencyPart part) const;
    /// The requests whose rank by total lies between those of `from` and `to`, both included. Requests that
    /// cannot be told apart by their total (equal, or of one bin) count with the share of them that is
    /// inside.
    BandFigures band(Quantile from, Quantile to) const;

    /// Equal state: the same requests give it in any order of adding and merging.
    bool operator==(const LatencyParts& other) const;

private:
    struct alignas(64) Cell {  // a cache line
        std::uint64_t count = 0;
        std::array<std::uint64_t, kLatencyParts> sums{};
    };
    struct Group {
        std::uint64_t count = 0;
        Sums sums{};
    };

    void bin(const Parts& parts, Duration total);
    void bin_log();
    void carry(std::uint32_t bin, Cell& cell);
    Sums sums_of(std::uint32_t bin, const Cell& cell) const;
    void store(std::uint32_t bin, Cell& cell, const Sums& sums);
    /// In ascending order of total; a group holds all or none of the ranks between `first` and `last`, or its
    /// requests cannot be told apart.
    std::vector<Group> groups(std::uint64_t first, std::uint64_t last) const;
    std::vector<Group> logged_groups(std::uint64_t first, std::uint64_t last) const;

    std::uint64_t count_ = 0;
    PartsLog log_;  // every request, while there are fewer than kExactBelow
    Duration min_total_ = Duration::max();
    Duration max_total_{0};
    BinGrid<Cell> cells_;
    std::map<std::uint32_t, Sums> carried_;           // what 64 bits could not hold
    std::array<BinCounts, kLatencyParts> part_bins_;  // values that are not zero
    std::array<std::uint64_t, kLatencyParts> part_counts_{};
};

}  // namespace spillway
