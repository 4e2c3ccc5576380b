#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "app/learn/engine_terms.hpp"
#include "app/learn/figure_groups.hpp"

namespace spillway {

using TermFlags = std::array<bool, kTermCount>;

/// How well the data know the coefficients of a fit.
struct TermPrecision {
    TermValues standard_error{};  ///< of the logarithm: 0.1 is about 10 %; 0 for terms that are not fitted
    TermValues correlation{};     ///< the largest with another fitted term, absolute
    std::array<std::size_t, kTermCount> partner{};  ///< which that is
    double condition = 0;  ///< of the problem in the coefficients' logarithms: largest over least singular
                           ///< value
};

/// Errors of predicted means, logarithms: those of the groups' TTFT and TPOT. An error that is not there is
/// left out.
struct GroupErrors {
    std::vector<double> ttft;
    std::vector<double> tpot;
};

/// Fits iterations to runs by replaying them: least squares on the logarithms of the groups' mean TPOT (4 %
/// counts one) and TTFT (15 % counts one), linear beyond one (Huber 1964), by damped Gauss-Newton steps in
/// the logarithms of the coefficients (Levenberg 1944). Replays jump where requests meet another iteration,
/// so that the way down is jagged: derivatives are differences over 10 % to each side, the first dozen steps
/// are taken even where they make the fit worse, and from the best of them only steps follow that make it
/// better, at last by differences over 1 %. Deterministic.
class ReplayFit {
public:
    /// All outlive it. Requires at least one group.
    ReplayFit(std::span<const ObservedRun> runs, std::span<const FigureGroup> groups,
              const ReplayEngine& engine);

    /// Steps from `values`, of which those not `fitted` stay. Groups of `left_out` are not looked at.
    TermValues fit(TermValues values, const TermFlags& fitted, std::optional<std::size_t> left_out) const;

    /// What fit() makes small.
    double loss(const TermValues& values) const { return loss(residuals(values), std::nullopt); }

    /// By the curvature at `values` and the errors there (at least half a unit each where there are few).
    TermPrecision precision(const TermValues& values, const TermFlags& fitted) const;

    /// Of one site, or of all.
    GroupErrors errors(const TermValues& values, std::optional<std::size_t> site) const;

    /// The coefficient's place within what it can sensibly be: `share` of the mean TPOT or TTFT that it is a
    /// part of.
    double part_of_figures(std::size_t term, double share) const { return share * scale_[term]; }
    /// The coefficient has become as small as it may.
    bool vanished(const TermValues& values, std::size_t term) const;

private:
    struct Slopes;
    std::vector<double> residuals(const TermValues& values) const;
    Slopes slopes(const TermValues& values, const TermFlags& fitted, std::optional<std::size_t> left_out,
                  double difference) const;
    TermValues stepped(const TermValues& values, const Slopes& slopes, const TermFlags& fitted,
                       double damping) const;
    TermValues walk(TermValues values, const TermFlags& fitted, std::optional<std::size_t> left_out) const;
    double loss(const std::vector<double>& residuals, std::optional<std::size_t> left_out) const;
    TermValues bounded(TermValues values, const TermFlags& fitted) const;

    std::span<const ObservedRun> runs_;
    std::span<const FigureGroup> groups_;
    const ReplayEngine& engine_;
    TermValues scale_{};  // the coefficient that would make all of the figure that it is a part of
};

}  // namespace spillway
