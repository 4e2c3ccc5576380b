#include "calibration/fit/curve_fit.hpp"

#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <Eigen/Dense>
#include <unsupported/Eigen/NonLinearOptimization>

#include "calibration/fit/free_coefficients.hpp"
#include "calibration/fit/identifiability.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kSoftFrom = 0.1;  // the loss turns from quadratic to linear at an error of 10 %

/// Any real number to a coefficient within its range: a logistic curve over the logarithm.
double coefficient_at(const CoefficientRange& range, double position) {
    const double share = 1 / (1 + std::exp(-position));
    return range.least * std::pow(range.most / range.least, share);
}

double position_of(const CoefficientRange& range) {
    const double share = std::log(range.start / range.least) / std::log(range.most / range.least);
    return std::log(share / (1 - share));
}

/// The residual whose square is the soft-L1 loss of `error`, with its sign.
double softened(double error) {
    const double scaled = error / kSoftFrom;
    return std::copysign(kSoftFrom * std::sqrt(2 * (std::sqrt(1 + scaled * scaled) - 1)), error);
}

/// The problem over some of its rows, as Eigen's solver wants it.
class Residuals {
public:
    using Scalar = double;
    // NOLINTNEXTLINE(readability-identifier-naming): Eigen asks for these names
    enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };
    using InputType = VectorXd;
    using ValueType = VectorXd;
    using JacobianType = MatrixXd;

    Residuals(const CurveProblem& problem, std::vector<std::size_t> rows)
        : problem_(problem), rows_(std::move(rows)) {}

    int inputs() const { return static_cast<int>(problem_.coefficients.size()); }
    int values() const { return static_cast<int>(rows_.size()); }
    const std::vector<std::size_t>& rows() const { return rows_; }

    int operator()(const VectorXd& position, VectorXd& residual) const {
        const std::vector<double> coefficients = coefficients_at(problem_, position);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const std::size_t row = rows_[i];
            residual[static_cast<Eigen::Index>(i)] =
                softened(std::log(problem_.seconds(row, coefficients) / problem_.measured[row]));
        }
        return 0;
    }

    int df(const VectorXd& position, MatrixXd& jacobian) const {
        constexpr double kStep = 1e-5;
        VectorXd above(rows_.size());
        VectorXd below(rows_.size());
        for (Eigen::Index i = 0; i < position.size(); ++i) {
            VectorXd moved = position;
            moved[i] += kStep;
            (*this)(moved, above);
            moved[i] -= 2 * kStep;
            (*this)(moved, below);
            jacobian.col(i) = (above - below) / (2 * kStep);
        }
        return 0;
    }

    static std::vector<double> coefficients_at(const CurveProblem& problem, const VectorXd& position) {
        std::vector<double> coefficients;
        for (std::size_t i = 0; i < problem.coefficients.size(); ++i) {
            coefficients.push_back(
                coefficient_at(problem.coefficients[i], position[static_cast<Eigen::Index>(i)]));
        }
        return coefficients;
    }

private:
    const CurveProblem& problem_;
    std::vector<std::size_t> rows_;
};

struct Solution {
    VectorXd position;
    double loss = 0;
};

Solution solve(const CurveProblem& problem, const std::vector<std::size_t>& rows, VectorXd position) {
    Residuals residuals(problem, rows);
    Eigen::LevenbergMarquardt<Residuals> solver(residuals);
    solver.parameters.maxfev = 60;
    solver.parameters.ftol = solver.parameters.xtol = 1e-7;
    solver.minimize(position);
    return {position, solver.fvec.squaredNorm()};
}

std::vector<std::size_t> used_rows(const CurveProblem& problem) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < problem.measured.size(); ++row) {
        if (problem.used[row])
            rows.push_back(row);
    }
    return rows;
}

/// Best of several starts on a part of the rows, continued on all.
Solution search(const CurveProblem& problem, const std::vector<std::size_t>& rows) {
    constexpr std::size_t kPart = 4000;
    constexpr int kStarts = 6;
    std::vector<std::size_t> part;
    const std::size_t stride =
        std::max<std::size_t>(1, rows.size() / kPart) | 1;  // odd: grids have even periods
    for (std::size_t i = 0; i < rows.size(); i += stride) part.push_back(rows[i]);

    VectorXd start(problem.coefficients.size());
    for (Eigen::Index i = 0; i < start.size(); ++i)
        start[i] = position_of(problem.coefficients[static_cast<std::size_t>(i)]);
    Solution best = solve(problem, part, start);
    for (int attempt = 1; attempt < kStarts; ++attempt) {
        VectorXd moved = start;
        // Additive recurrence of the golden ratio: spread evenly, the same on every machine.
        for (Eigen::Index i = 0; i < moved.size(); ++i)
            moved[i] += 2 * std::fmod(0.618033988749895 * (attempt * 17 + static_cast<int>(i) * 5), 1.0) - 1;
        const Solution next = solve(problem, part, moved);
        if (next.loss < best.loss)
            best = next;
    }
    return solve(problem, rows, best.position);
}

/// Halves a step until it does not raise the loss over the rows that are not `left_out`; to nothing when
/// nothing helps. Where the data hardly determine a coefficient, a full step would go anywhere.
void shorten(VectorXd& step, const VectorXd& position, const Residuals& residuals,
             const std::vector<Eigen::Index>& left_out, const VectorXd& before) {
    constexpr int kHalvings = 6;
    const auto loss = [&](const VectorXd& residual) {
        return residual.squaredNorm() - VectorXd(residual(left_out)).squaredNorm();
    };
    VectorXd after(before.size());
    for (int i = 0; i < kHalvings; ++i) {
        residuals(position + step, after);
        if (loss(after) <= loss(before))
            return;
        step /= 2;
    }
    step.setZero();
}

/// Seconds of every row with its own site left out.
std::vector<double> leave_sites_out(const CurveProblem& problem, const Residuals& residuals,
                                    const VectorXd& position) {
    MatrixXd jacobian(residuals.values(), residuals.inputs());
    VectorXd residual(residuals.values());
    residuals(position, residual);
    residuals.df(position, jacobian);
    std::map<int, std::vector<Eigen::Index>> by_site;
    for (std::size_t i = 0; i < residuals.rows().size(); ++i)
        by_site[problem.site[residuals.rows()[i]]].push_back(static_cast<Eigen::Index>(i));
    const MatrixXd curvature = jacobian.transpose() * jacobian;
    // What the data do not determine stays where it is.
    const MatrixXd ridge =
        (1e-6 * curvature.diagonal().array() + 1e-9 * curvature.trace()).matrix().asDiagonal();

    std::map<int, std::vector<double>> coefficients;
    for (const auto& [site, members] : by_site) {
        const MatrixXd own = jacobian(members, Eigen::all);
        const VectorXd pull = own.transpose() * residual(members);
        const MatrixXd rest = curvature - own.transpose() * own + ridge;
        VectorXd step = rest.ldlt().solve(pull);
        shorten(step, position, residuals, members, residual);
        coefficients[site] = Residuals::coefficients_at(problem, position + step);
    }
    std::vector<double> seconds;
    const std::vector<double> all = Residuals::coefficients_at(problem, position);
    for (std::size_t row = 0; row < problem.measured.size(); ++row) {
        const auto found = coefficients.find(problem.site[row]);
        seconds.push_back(problem.seconds(row, found == coefficients.end() ? all : found->second));
    }
    return seconds;
}

bool refuses(const CoefficientRange& range, double coefficient) {
    constexpr double kNear = 0.005;  // of the range's logarithm
    const double share = std::log(coefficient / range.least) / std::log(range.most / range.least);
    if (range.at_bound == AtBound::kMayReach)
        return false;
    return share > 1 - kNear || (share < kNear && range.at_bound == AtBound::kRefuse);
}

VectorXd without(const VectorXd& values, std::size_t number) {
    VectorXd rest(values.size() - 1);
    const auto at = static_cast<Eigen::Index>(number);
    rest << values.head(at), values.tail(values.size() - at - 1);
    return rest;
}

/// The free coefficient that is told least of those that are not told and not in `settled`. One on a bound
/// that refuses is none: the form is wrong there, not the rows silent.
std::optional<std::size_t> least_told(const CurveProblem& problem, std::span<const double> values,
                                      const Identifiability& found, const std::set<std::string>& settled) {
    double worst = std::log(2.0);  // a factor of two either way
    std::optional<std::size_t> number;
    for (std::size_t i = 0; i < found.log_errors.size(); ++i) {
        const CoefficientRange& range = problem.coefficients[i];
        if (found.log_errors[i] > worst && !settled.contains(range.name) && !refuses(range, values[i])) {
            worst = found.log_errors[i];
            number = i;
        }
    }
    return number;
}

/// Holds at its start, one by one, what the rows do not tell: its standard error is large, and with it at its
/// start the others fit the rows as well (their squared errors grow by less than four of their scatter's, two
/// standard deviations). What vanished where it would matter stays: that is an answer.
void hold_untold(FreeCoefficients& free, const std::vector<std::size_t>& rows, Solution& best,
                 CurveFit& fit) {
    constexpr double kAsWell = 4;
    std::set<std::string> settled;
    while (free.problem().coefficients.size() > 1) {
        const std::vector<double> values = Residuals::coefficients_at(free.problem(), best.position);
        const Identifiability found = identifiability(free.problem(), rows, values);
        const std::optional<std::size_t> number = least_told(free.problem(), values, found, settled);
        if (!number)
            return;
        const std::string name = free.problem().coefficients[*number].name;
        settled.insert(name);
        FreeCoefficients fewer(free);
        fewer.hold(*number);
        const Solution others = solve(fewer.problem(), rows, without(best.position, *number));
        if (others.loss > best.loss + kAsWell * found.scatter * found.scatter)
            continue;
        fit.unidentified.push_back(name);
        free.hold(*number);
        best = others;
    }
}

}  // namespace

CurveFit fit_curve(const CurveProblem& problem) {
    const std::vector<std::size_t> rows = used_rows(problem);
    SPILLWAY_CHECK(rows.size() > problem.coefficients.size(), "a fit with fewer rows than coefficients");
    CurveFit fit;
    const Solution whole = search(problem, rows);
    FreeCoefficients held(problem);
    Solution best = whole;
    hold_untold(held, rows, best, fit);
    const FreeCoefficients all_free(problem);
    const bool keeps = problem.untold == Untold::kKeep;
    const FreeCoefficients& free = keeps ? all_free : held;
    if (keeps)
        best = whole;
    const std::vector<double> values = Residuals::coefficients_at(free.problem(), best.position);
    fit.condition = identifiability(free.problem(), rows, values).condition;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (refuses(free.problem().coefficients[i], values[i]))
            fit.on_bound.push_back(free.problem().coefficients[i].name);
    }
    fit.coefficients = free.all(values);
    for (std::size_t row = 0; row < problem.measured.size(); ++row)
        fit.fitted.push_back(problem.seconds(row, fit.coefficients));
    fit.left_out = leave_sites_out(free.problem(), Residuals(free.problem(), rows), best.position);
    return fit;
}

}  // namespace spillway
