#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/calibrate/fit_problem.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/llm/engine_profile.hpp"

namespace spillway {

/// Which coefficients make up which run's overheads. Engines share none.
class OverheadTerms {
public:
    /// `runs` outlives it.
    explicit OverheadTerms(std::span<const ServedRun> runs);

    const std::vector<Coefficient>& coefficients() const noexcept { return coefficients_; }
    const std::vector<RunTerm>& terms(std::size_t run) const { return terms_[run]; }

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
