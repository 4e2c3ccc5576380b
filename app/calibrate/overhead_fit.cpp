#include "app/calibrate/overhead_fit.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Core>

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

/// The ridge problem of one reweighting, in steps from where the errors were made linear.
struct Normal {
    Eigen::MatrixXd matrix;
    Eigen::VectorXd right;

    void add(const std::vector<RunTerm>& terms, const std::vector<double>& slopes, double error,
             double weight) {
        for (std::size_t a = 0; a < terms.size(); ++a) {
            for (const std::size_t row : terms[a].coefficients) {
                right[static_cast<Eigen::Index>(row)] -= weight * slopes[a] * error;
                for (std::size_t b = 0; b < terms.size(); ++b) {
                    for (const std::size_t column : terms[b].coefficients)
                        matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) +=
                            weight * slopes[a] * slopes[b];
                }
            }
        }
    }
};

double moved(const std::vector<RunTerm>& terms, const std::vector<double>& slopes,
             const Eigen::VectorXd& step) {
    double sum = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        for (const std::size_t one : terms[i].coefficients)
            sum += slopes[i] * step[static_cast<Eigen::Index>(one)];
    }
    return sum;
}

std::vector<double> part(const std::vector<OverheadFit::Slope>& slopes, double OverheadFit::Slope::*member) {
    std::vector<double> values;
    values.reserve(slopes.size());
    for (const OverheadFit::Slope& slope : slopes) values.push_back(slope.*member);
    return values;
}

std::vector<double> along(const std::vector<double>& from, const std::vector<double>& to, double share) {
    std::vector<double> values = from;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += share * (to[i] - from[i]);
    return values;
}

}  // namespace

OverheadFit::OverheadFit(std::span<const ServedRun> runs) : runs_(runs), terms_(runs) {
    models_.reserve(runs.size());
    for (const ServedRun& run : runs) models_.emplace_back(run);
}

ServedFigures OverheadFit::predict(std::size_t run, std::span<const double> values) const {
    return models_[run].predict(terms_.overheads(run, values));
}

OverheadFit::Slope OverheadFit::error(std::size_t run, std::span<const double> values) const {
    const ServedFigures figures = predict(run, values);
    return {std::log(figures.tpot / runs_[run].tpot), std::log(figures.ttft / runs_[run].ttft)};
}

double OverheadFit::loss(const RunNumbers& used, std::span<const double> values) const {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Coefficient& one = terms_.coefficients()[i];
        const double off = (values[i] - one.mean) / one.sd;
        sum += 0.5 * off * off;
    }
    for (const std::size_t run : used) {
        const Slope off = error(run, values);
        sum += huber(off.tpot / kTpotUnit) + huber(off.ttft / kTtftUnit);
    }
    return sum;
}

OverheadFit::Linear OverheadFit::linearise(const RunNumbers& used, std::span<const double> values) const {
    Linear linear{{values.begin(), values.end()}, {}, {}};
    linear.errors.resize(runs_.size());
    linear.slopes.resize(runs_.size());
    for (const std::size_t run : used) {
        linear.errors[run] = error(run, values);
        for (const RunTerm& term : terms_.terms(run)) {
            // The coefficients of a term add up: one moved stands for all of them.
            const std::size_t moved = term.coefficients.front();
            const double width = kDifference * terms_.coefficients()[moved].sd;
            std::vector<double> shifted = linear.at;
            shifted[moved] += width;
            const Slope up = error(run, shifted);
            shifted[moved] -= 2 * width;
            const Slope down = error(run, shifted);
            linear.slopes[run].push_back(
                {(up.tpot - down.tpot) / (2 * width), (up.ttft - down.ttft) / (2 * width)});
        }
    }
    return linear;
}

std::vector<double> OverheadFit::solve(const Linear& linear, const RunNumbers& used, double damping) const {
    const auto size = static_cast<Eigen::Index>(linear.at.size());
    Eigen::VectorXd step = Eigen::VectorXd::Zero(size);
    for (int round = 0; round < kReweightings; ++round) {
        Normal normal{Eigen::MatrixXd::Zero(size, size), Eigen::VectorXd::Zero(size)};
        for (Eigen::Index i = 0; i < size; ++i) {
            const Coefficient& one = terms_.coefficients()[static_cast<std::size_t>(i)];
            const double prior = 1 / (one.sd * one.sd);
            normal.matrix(i, i) += prior * (1 + damping);
            normal.right[i] += prior * (one.mean - linear.at[static_cast<std::size_t>(i)]);
        }
        for (const std::size_t run : used) {
            const std::vector<RunTerm>& terms = terms_.terms(run);
            const auto add = [&](double Slope::*member, double unit) {
                const std::vector<double> slopes = part(linear.slopes[run], member);
                const double error = linear.errors[run].*member;
                normal.add(terms, slopes, error, weight(error + moved(terms, slopes, step), unit));
            };
            add(&Slope::tpot, kTpotUnit);
            add(&Slope::ttft, kTtftUnit);
        }
        step = normal.matrix.ldlt().solve(normal.right);
    }
    std::vector<double> values = linear.at;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += step[static_cast<Eigen::Index>(i)];
    return values;
}

std::vector<double> OverheadFit::step(const Linear& linear, const RunNumbers& used) const {
    const std::vector<double> whole = solve(linear, used, 0);
    const double before = loss(used, linear.at);
    for (const double share : {1.0, 0.5, 0.25}) {
        std::vector<double> values = along(linear.at, whole, share);
        if (loss(used, values) <= before)
            return values;
    }
    return linear.at;
}

std::vector<double> OverheadFit::fit(const RunNumbers& used, std::vector<double> values, int steps) const {
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
    for (int done = 0; done < steps; ++done) {
        const double damping = done < kCautiousSteps ? kFirstDamping : 0;
        values = along(values, solve(linearise(used, values), used, damping), kStepShare);
        keep_better(values);
        if (done >= steps / 2)
            mean = along(mean, values, 1.0 / (done - steps / 2 + 1));
    }
    keep_better(mean);
    return best;
}

}  // namespace spillway
