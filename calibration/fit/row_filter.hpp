#pragma once

#include <cmath>
#include <set>
#include <string>

#include "calibration/fit/section_fit.hpp"

namespace spillway {

// Why a row is not used, in the words that reports and profiles show.
inline constexpr const char* kNoNumber = "not a positive number";
inline constexpr const char* kSameAgain = "the same point again";
inline constexpr const char* kTooFast = "faster than the data sheet allows";
// Benchmarks sweep sizes that serving does not have, for which libraries switch to other kernels.
inline constexpr const char* kFewNewTokens = "fewer than 16 new tokens";
inline constexpr const char* kShortContext = "context under 128 tokens";
inline constexpr const char* kNoGroups = "no grouped queries";
inline constexpr const char* kHotWeights = "weights that stay in the L2";
inline constexpr const char* kWithinL2 = "fits the L2 twice over";
inline constexpr const char* kNearL2 = "cache about the size of the L2";

/// Applies the rules that all sections share, in their order. Owned by one section's fit.
class RowFilter {
public:
    /// Marks `row` when it is no number, when `key` came before, or when it beats `bound_seconds` by more
    /// than a timer's error.
    void judge(RowFacts& row, const std::string& key, double bound_seconds) {
        constexpr double kTimerError = 0.02;
        if (!std::isfinite(row.measured) || row.measured <= 0) {
            row.is_number = false;
            row.rejected = kNoNumber;
        } else if (!seen_.insert(key).second) {
            row.is_number = false;
            row.rejected = kSameAgain;
        } else if (row.measured < (1 - kTimerError) * bound_seconds) {
            row.rejected = kTooFast;
        }
    }

private:
    std::set<std::string> seen_;
};

}  // namespace spillway
