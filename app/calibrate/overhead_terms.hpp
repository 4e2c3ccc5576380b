#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/calibrate/served_runs.hpp"
#include "models/llm/engine_profile.hpp"

namespace spillway {

/// What is fitted: each with a normal prior, in log for scales and in seconds for times.
struct Coefficient {
    std::string name;
    double mean = 0;
    double sd = 0;
};

/// One term of an engine's overheads for one run: the sum of a value for the engine, what its version departs
/// from it, and for the scale of kernels what the GPU does and what the model on it does.
struct RunTerm {
    std::size_t term = 0;  ///< its place among the terms of overheads
    std::vector<std::size_t> coefficients;
};

/// Which coefficients make up which run's overheads. Engines share none.
class OverheadTerms {
public:
    /// `runs` outlives it.
    explicit OverheadTerms(std::span<const ServedRun> runs);

    const std::vector<Coefficient>& coefficients() const noexcept { return coefficients_; }
    const std::vector<RunTerm>& terms(std::size_t run) const { return terms_[run]; }
    std::vector<double> prior_means() const;

    EngineOverheads overheads(std::size_t run, std::span<const double> values) const;
    /// Of the catalogue's entry for an engine, or for one version of it, without corrections.
    EngineOverheads overheads_of(const std::string& engine, const std::string& version,
                                 std::span<const double> values) const;
    /// What the entry's kernels are corrected by, on each GPU and for each model that its runs had.
    std::vector<KernelCorrection> corrections(const std::string& engine, const std::string& version,
                                              std::span<const double> values) const;

private:
    std::size_t coefficient(const std::string& name, double mean, double sd);
    double value_of(const std::string& name, std::span<const double> values) const;

    std::span<const ServedRun> runs_;
    std::vector<Coefficient> coefficients_;
    std::map<std::string, std::size_t> by_name_;
    std::vector<std::vector<RunTerm>> terms_;
};

}  // namespace spillway
