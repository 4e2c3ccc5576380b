#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "app/calibrate/served_figures.hpp"

namespace spillway {

/// Runs of a data set by their number.
using RunNumbers = std::vector<std::size_t>;

/// What is fitted: each with a normal prior, in log for scales and in seconds for times.
struct Coefficient {
    std::string name;
    double mean = 0;
    double sd = 0;
};

/// A coefficient's part in a term: its value times a factor that the run gives.
struct TermPart {
    std::size_t coefficient = 0;
    double factor = 1;
};

/// A term of what predicts one run: the sum of its parts. The first one's factor is 1.
struct RunTerm {
    std::size_t term = 0;  ///< its place among the terms
    std::vector<TermPart> parts;

    double value(std::span<const double> values) const noexcept {
        double sum = 0;
        for (const TermPart& part : parts) sum += part.factor * values[part.coefficient];
        return sum;
    }
};

/// Served runs that coefficients predict. Its functions may be called from several threads at once.
class FitProblem {
public:
    virtual ~FitProblem() = default;
    virtual const std::vector<Coefficient>& coefficients() const = 0;
    /// What the coefficients make up for a run.
    virtual const std::vector<RunTerm>& terms(std::size_t run) const = 0;
    virtual ServedFigures predict(std::size_t run, std::span<const double> values) const = 0;
    /// Runs of different blocks share no coefficient: each block is fitted alone.
    virtual std::string block(std::size_t run) const = 0;
    /// After so many Gauss-Newton steps from the priors, more gain nothing.
    virtual int steps() const noexcept = 0;
};

}  // namespace spillway
