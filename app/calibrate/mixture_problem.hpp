#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/calibrate/fit_problem.hpp"
#include "app/calibrate/mixture_model.hpp"

namespace spillway {

/// Runs of mixtures of experts. The logarithm of each coefficient of an iteration is a sum: a value for all,
/// what the model, the GPU, the engine in its precision and the number of GPUs shift it by, and what is left
/// for the deployment. All runs share coefficients.
class MixtureProblem final : public FitProblem {
public:
    /// `runs` outlives it. Throws InputError for a run whose GPU or engine is unknown.
    explicit MixtureProblem(std::span<const ServedRun> runs);

    const std::vector<Coefficient>& coefficients() const override { return coefficients_; }
    const std::vector<RunTerm>& terms(std::size_t run) const override { return terms_[run]; }
    ServedFigures predict(std::size_t run, std::span<const double> values) const override;
    std::string block(std::size_t /*run*/) const override { return {}; }
    int steps() const noexcept override { return 6; }

    const MixtureModel& model(std::size_t run) const { return models_[run]; }
    EmpiricalStep step(std::size_t run, std::span<const double> values) const;
    /// What the catalogue puts deployments together from that no run had.
    std::vector<EmpiricalEffect> effects(std::span<const double> values) const;

private:
    std::size_t coefficient(const std::string& name, double mean, double sd);

    std::vector<Coefficient> coefficients_;
    std::map<std::string, std::size_t> by_name_;
    std::map<std::string, std::array<std::size_t, kComposedTerms.size()>> effects_;
    std::vector<std::vector<RunTerm>> terms_;
    std::vector<MixtureModel> models_;
};

}  // namespace spillway
