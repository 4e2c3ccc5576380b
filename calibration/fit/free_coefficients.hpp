#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "calibration/fit/curve_fit.hpp"

namespace spillway {

/// A problem some of whose coefficients are held at their start: the problem of the others. Refers to the
/// whole problem, which outlives it.
class FreeCoefficients {
public:
    explicit FreeCoefficients(const CurveProblem& whole);
    FreeCoefficients(const FreeCoefficients& other);
    FreeCoefficients& operator=(const FreeCoefficients&) = delete;

    const CurveProblem& problem() const noexcept { return free_; }
    /// Holds the free coefficient of that number from now on.
    void hold(std::size_t number);
    /// The whole problem's coefficients with those of the free ones.
    std::vector<double> all(std::span<const double> values) const;

private:
    const CurveProblem& whole_;
    CurveProblem free_;
    std::vector<std::size_t> numbers_;  // of the free ones in the whole problem
};

}  // namespace spillway
