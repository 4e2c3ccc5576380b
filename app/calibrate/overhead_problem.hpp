#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/calibrate/fit_problem.hpp"
#include "app/calibrate/overhead_terms.hpp"
#include "app/calibrate/served_model.hpp"

namespace spillway {

/// Runs of dense models: kernels by their GPUs' profiles, and overheads that are to be found.
class OverheadProblem final : public FitProblem {
public:
    /// `runs` outlives it. Throws InputError for a run whose model does not fit its GPUs.
    explicit OverheadProblem(std::span<const ServedRun> runs);

    const std::vector<Coefficient>& coefficients() const override { return terms_.coefficients(); }
    const std::vector<RunTerm>& terms(std::size_t run) const override { return terms_.terms(run); }
    ServedFigures predict(std::size_t run, std::span<const double> values) const override {
        return models_[run].predict(terms_.overheads(run, values));
    }
    std::string block(std::size_t run) const override { return runs_[run].engine; }
    int steps() const noexcept override { return 10; }

    const OverheadTerms& overheads() const noexcept { return terms_; }
    const ServedModel& model(std::size_t run) const { return models_[run]; }

private:
    std::span<const ServedRun> runs_;
    OverheadTerms terms_;
    std::vector<ServedModel> models_;
};

}  // namespace spillway
