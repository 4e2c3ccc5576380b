#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "app/calibrate/fit_problem.hpp"
#include "app/calibrate/served_runs.hpp"

namespace spillway {

/// Fits coefficients to served runs: least squares on the logarithms of TPOT (4 % counts one) and of TTFT (15
/// % counts one), linear beyond one (Huber), with the coefficients' priors, by Gauss-Newton steps. Lock-step
/// clients make TTFT jump, so that the way down is jagged: derivatives are differences over 0.2 prior
/// deviations to each side, a step is taken even when it makes the fit worse, and from the best of all
/// steps and of the mean of the later half, only steps follow that make it no worse. Deterministic.
class RunFit {
public:
    /// Both outlive it.
    RunFit(const FitProblem& problem, std::span<const ServedRun> runs) : problem_(problem), runs_(runs) {}

    const FitProblem& problem() const noexcept { return problem_; }
    std::span<const ServedRun> runs() const noexcept { return runs_; }
    std::vector<double> prior_means() const;

    /// `steps` steps from `values`, and at most as many down from the best of them.
    std::vector<double> fit(const RunNumbers& used, std::vector<double> values, int steps) const;

    struct Slope {
        double tpot = 0;  ///< of log(predicted / measured)
        double ttft = 0;
    };
    /// Errors and their derivatives by each term of each run.
    struct Linear {
        std::vector<double> at;                  ///< the coefficients
        std::vector<Slope> errors;               ///< by run
        std::vector<std::vector<Slope>> slopes;  ///< by run and term
    };
    Linear linearise(const RunNumbers& used, std::span<const double> values) const;
    /// One step from where `linear` was made, on runs that it covers, shortened until it fits them no worse.
    std::vector<double> step(const Linear& linear, const RunNumbers& used) const;

private:
    std::vector<Slope> slopes(std::size_t run, std::span<const double> values) const;
    Slope error(std::size_t run, std::span<const double> values) const;
    double loss(const RunNumbers& used, std::span<const double> values) const;
    std::vector<double> go_down(const RunNumbers& used, std::vector<double> values, int steps) const;
    std::vector<double> solve(const Linear& linear, const RunNumbers& used, double damping) const;

    const FitProblem& problem_;
    std::span<const ServedRun> runs_;
};

}  // namespace spillway
