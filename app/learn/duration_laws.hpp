#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/learn/fitted_law.hpp"

namespace spillway {

/// A duration, or what it was longer than.
struct CensoredTime {
    double seconds = 0;
    bool at_least = false;
};

/// A law and how it was chosen.
struct LawFinding {
    FittedLaw law;
    double distance = 0;  ///< largest between it and the estimate of Kaplan and Meier, as long as that rests
                          ///< on five times and a twentieth of all
    double left_out_distance = 0;  ///< the same of every other time, by the law of those between
    std::size_t exact = 0;
    std::size_t at_least = 0;
};

/// Which laws are tried.
enum class Shifts : std::uint8_t { kNone, kTried };

/// The law with the largest likelihood of times that were left out (five parts, each by the law of the other
/// four; at_least ones count with their survival), of those within a standard error of the largest the one
/// with the fewest parameters. Exact times within 0.5 % of each other are a constant. Shifts up to 95 % of
/// the least time are tried where asked for.
/// Requires at least one exact time above 0.
LawFinding fit_law(std::span<const CensoredTime> times, std::span<const LawKind> kinds, Shifts shifts);

/// Share that lasts longer, after an exact time.
struct SurvivalPoint {
    double seconds = 0;
    double survival = 1;
    std::size_t at_risk = 0;  ///< that had lasted so long
};

/// By Kaplan and Meier 1958; by seconds.
std::vector<SurvivalPoint> kaplan_meier(std::span<const CensoredTime> times);

}  // namespace spillway
