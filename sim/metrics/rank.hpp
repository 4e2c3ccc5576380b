#pragma once

#include <cmath>
#include <cstdint>

#include "sim/core/int128.hpp"

namespace spillway {

/// A share of a population in millionths: p99.9 is exactly 999,000, where 0.999 in binary is not.
struct Quantile {
    std::uint32_t millionths = 0;

    /// Requires: 0 <= percent <= 100.
    static Quantile from_percent(double percent) {
        return {static_cast<std::uint32_t>(std::lround(percent * 1e4))};
    }
    constexpr bool operator==(const Quantile&) const noexcept = default;
};

constexpr Quantile kP50{500'000};
constexpr Quantile kP90{900'000};
constexpr Quantile kP95{950'000};
constexpr Quantile kP99{990'000};
constexpr Quantile kP999{999'000};

/// Nearest rank: the quantile q of n values is the rank-th smallest, rank = ceil(q n), from 1 to n.
/// Requires: population > 0.
constexpr std::uint64_t nearest_rank(Quantile quantile, std::uint64_t population) noexcept {
    constexpr std::uint32_t kWhole = 1'000'000;
    const auto rank = static_cast<std::uint64_t>(
        (static_cast<UInt128>(population) * quantile.millionths + (kWhole - 1)) / kWhole);
    return rank == 0 ? 1 : rank;
}

}  // namespace spillway
