#include "app/calibrate/run_fit.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "app/run/parallel_for.hpp"

namespace spillway {
namespace {

constexpr double kTpotUnit = 0.04;
constexpr double kTtftUnit = 0.15;
constexpr double kDifference = 0.2;  // of a prior deviation
constexpr int kReweightings = 8;
constexpr int kCautiousSteps = 3;
constexpr double kFirstDamping = 1;
constexpr double kStepShare = 0.8;

double huber(double error) {
    const double size = std::abs(error);
    return size < 1 ? 0.5 * size * size : size - 0.5;
}
double weight(double error, double unit) { return 1 / (unit * unit * std::max(1.0, std::abs(error) / unit)); }

Eigen::Index index(const TermPart& part) { return static_cast<Eigen::Index>(part.coefficient); }

/// The ridge problem of one reweighting, in steps from where the errors were made linear.
struct Normal {
    Eigen::MatrixXd matrix;
    Eigen::VectorXd right;

    void add(const std::vector<RunTerm>& terms, const std::vector<double>& slopes, double error,
             double weight) {
        for (std::size_t a = 0; a < terms.size(); ++a) {
            for (const TermPart& row : terms[a].parts) {
                const double slope = weight * slopes[a] * row.factor;
                right[index(row)] -= slope * error;
                for (std::size_t b = 0; b < terms.size(); ++b) {
                    for (const TermPart& column : terms[b].parts)
                        matrix(index(row), index(column)) += slope * slopes[b] * column.factor;
                }
            }
        }
    }
};

double moved(const std::vector<RunTerm>& terms, const std::vector<double>& slopes,
             const Eigen::VectorXd& step) {
    double sum = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        for (const TermPart& part : terms[i].parts) sum += slopes[i] * part.factor * step[index(part)];
    }
    return sum;
}

std::vector<double> part(const std::vector<RunFit::Slope>& slopes, double RunFit::Slope::*member) {
    std::vector<double> values;
    values.reserve(slopes.size());
    for (const RunFit::Slope& slope : slopes) values.push_back(slope.*member);
    return values;
}

std::vector<double> along(const std::vector<double>& from, const std::vector<double>& to, double share) {
    std::vector<double> values = from;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += share * (to[i] - from[i]);
    return values;
}

}  // namespace

std::vector<double> RunFit::prior_means() const {
    std::vector<double> means;
    for (const Coefficient& one : problem_.coefficients()) means.push_back(one.mean);
    return means;
}

RunFit::Slope RunFit::error(std::size_t run, std::span<const double> values) const {
    const ServedFigures figures = problem_.predict(run, values);
    return {std::log(figures.tpot / runs_[run].tpot), std::log(figures.ttft / runs_[run].ttft)};
}

double RunFit::loss(const RunNumbers& used, std::span<const double> values) const {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Coefficient& one = problem_.coefficients()[i];
        const double off = (values[i] - one.mean) / one.sd;
        sum += 0.5 * off * off;
    }
    std::vector<Slope> off(used.size());
    parallel_for(used.size(), [&](std::size_t i) { off[i] = error(used[i], values); });
    for (const Slope& one : off) sum += huber(one.tpot / kTpotUnit) + huber(one.ttft / kTtftUnit);
    return sum;
}

std::vector<RunFit::Slope> RunFit::slopes(std::size_t run, std::span<const double> values) const {
    std::vector<Slope> found;
    for (const RunTerm& term : problem_.terms(run)) {
        // The parts of a term add up: one moved stands for all of them.
        const std::size_t moved = term.parts.front().coefficient;
        const double width = kDifference * problem_.coefficients()[moved].sd;
        std::vector<double> shifted(values.begin(), values.end());
        shifted[moved] += width;
        const Slope up = error(run, shifted);
        shifted[moved] -= 2 * width;
        const Slope down = error(run, shifted);
        found.push_back({(up.tpot - down.tpot) / (2 * width), (up.ttft - down.ttft) / (2 * width)});
    }
    return found;
}

RunFit::Linear RunFit::linearise(const RunNumbers& used, std::span<const double> values) const {
    Linear linear{{values.begin(), values.end()}, {}, {}};
    linear.errors.resize(runs_.size());
    linear.slopes.resize(runs_.size());
    parallel_for(used.size(), [&](std::size_t i) {
        linear.errors[used[i]] = error(used[i], values);
        linear.slopes[used[i]] = slopes(used[i], values);
    });
    return linear;
}

std::vector<double> RunFit::solve(const Linear& linear, const RunNumbers& used, double damping) const {
    const auto size = static_cast<Eigen::Index>(linear.at.size());
    Eigen::VectorXd step = Eigen::VectorXd::Zero(size);
    for (int round = 0; round < kReweightings; ++round) {
        Normal normal{Eigen::MatrixXd::Zero(size, size), Eigen::VectorXd::Zero(size)};
        for (Eigen::Index i = 0; i < size; ++i) {
            const Coefficient& one = problem_.coefficients()[static_cast<std::size_t>(i)];
            const double prior = 1 / (one.sd * one.sd);
            normal.matrix(i, i) += prior * (1 + damping);
            normal.right[i] += prior * (one.mean - linear.at[static_cast<std::size_t>(i)]);
        }
        for (const std::size_t run : used) {
            const std::vector<RunTerm>& terms = problem_.terms(run);
            const auto add = [&](double Slope::*member, double unit) {
                const std::vector<double> slopes = part(linear.slopes[run], member);
                const double error = linear.errors[run].*member;
                normal.add(terms, slopes, error, weight(error + moved(terms, slopes, step), unit));
            };
            add(&Slope::tpot, kTpotUnit);
            add(&Slope::ttft, kTtftUnit);
        }
        step = normal.matrix.llt().solve(normal.right);
    }
    std::vector<double> values = linear.at;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += step[static_cast<Eigen::Index>(i)];
    return values;
}

std::vector<double> RunFit::step(const Linear& linear, const RunNumbers& used) const {
    const std::vector<double> whole = solve(linear, used, 0);
    const double before = loss(used, linear.at);
    for (const double share : {1.0, 0.5, 0.25}) {
        std::vector<double> values = along(linear.at, whole, share);
        if (loss(used, values) <= before)
            return values;
    }
    return linear.at;
}

std::vector<double> RunFit::fit(const RunNumbers& used, std::vector<double> values, int steps) const {
    std::vector<double> best = values;
    double least = loss(used, values);
    const auto keep_better = [&](const std::vector<double>& tried) {
        const double reached = loss(used, tried);
        if (reached < least) {
            least = reached;
            best = tried;
        }
    };
    std::vector<double> mean(values.size(), 0);
    double meant = 0;
    const int first_meant = steps / 2;
    for (int done = 0; done < steps; ++done) {
        const double damping = done < kCautiousSteps ? kFirstDamping : 0;
        values = along(values, solve(linearise(used, values), used, damping), kStepShare);
        keep_better(values);
        if (done >= first_meant)
            mean = along(mean, values, 1 / ++meant);
    }
    keep_better(mean);
    return go_down(used, std::move(best), steps);
}

std::vector<double> RunFit::go_down(const RunNumbers& used, std::vector<double> values, int steps) const {
    for (int done = 0; done < steps; ++done) {
        std::vector<double> next = step(linearise(used, values), used);
        if (next == values)
            break;
        values = std::move(next);
    }
    return values;
}

}  // namespace spillway
