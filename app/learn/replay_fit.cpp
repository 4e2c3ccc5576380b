#include "app/learn/replay_fit.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include "app/run/parallel_for.hpp"
#include "models/llm/empirical_fields.hpp"

namespace spillway {
namespace {

constexpr double kTpotUnit = 0.04;
constexpr double kTtftUnit = 0.15;
constexpr double kDifference = 0.1;
constexpr double kFineDifference = 0.01;
constexpr double kLeastShare = 1e-3;
constexpr double kMostShare = 3;
constexpr double kLongestStep = 1.5;
constexpr double kFirstDamping = 1;
constexpr double kFreeDamping = 1e-3;
constexpr int kCautiousSteps = 3;
constexpr int kFreeSteps = 12;
constexpr int kMostSteps = 30;
constexpr double kMostDamping = 1e6;
constexpr double kEnough = 1e-5;  // a step that gains less is the last
constexpr double kLeastVariance = 0.002;
constexpr std::size_t kFewFreedoms = 8;

double huber(double error) {
    const double size = std::abs(error);
    return size < 1 ? 0.5 * size * size : size - 0.5;
}
double weight(double error) { return 1 / std::max(1.0, std::abs(error)); }

/// Means over all requests.
struct MeanLoad {
    double input = 0;
    double output = 0;
    double together = 0;  ///< at once
};

/// Requests at once on all workers; by Little's law where they come at a rate.
double company_in(const ObservedRun& run, double output) {
    if (run.load == LoadKind::kClients)
        return run.clients;
    if (run.load == LoadKind::kRate)
        return run.rate * (run.ttft + run.tpot * output);
    double busy = 0;
    for (const ObservedRequest& request : run.requests) busy += request.total;
    const double span = *run.requests.back().at - *run.requests.front().at;
    return span > 0 ? busy / span : 1;
}

MeanLoad mean_load(std::span<const ObservedRun> runs) {
    MeanLoad mean;
    double requests = 0;
    for (const ObservedRun& run : runs) {
        const auto count = static_cast<double>(run.requests.size());
        double output = 0;
        for (const ObservedRequest& request : run.requests) {
            mean.input += request.input;
            output += request.output;
        }
        mean.output += output;
        mean.together += count * std::max(1.0, company_in(run, output / count));
        requests += count;
    }
    return {mean.input / requests, mean.output / requests, mean.together / requests};
}

/// What each coefficient would be if it made all of the mean TPOT or TTFT: what makes one large or small.
TermValues scales_of(std::span<const ObservedRun> runs, std::span<const FigureGroup> groups) {
    double ttft = 0;
    double tpot = 0;
    double with_tpot = 0;
    for (const FigureGroup& group : groups) {
        ttft += group.ttft;
        tpot += group.tpot;
        with_tpot += group.tpot > 0 ? 1 : 0;
    }
    ttft /= static_cast<double>(groups.size());
    tpot = with_tpot > 0 ? tpot / with_tpot : ttft;
    const MeanLoad mean = mean_load(runs);
    TermValues scales{};
    scales[place::kStep] = scales[place::kExperts] = tpot;
    scales[place::kPromptToken] = ttft / mean.input;
    scales[place::kSequence] = tpot / mean.together;
    scales[place::kKvToken] = tpot / (mean.together * (mean.input + mean.output / 2));
    scales[place::kRequest] = scales[place::kPromptStep] = ttft;
    scales[place::kPromptSquare] = ttft / (mean.input * mean.input);
    return scales;
}

}  // namespace

/// Residuals in their units, and their derivatives by the fitted terms' logarithms.
struct ReplayFit::Slopes {
    std::vector<std::size_t> terms;
    Eigen::MatrixXd matrix;  // J' W J
    Eigen::VectorXd right;   // -J' W r
    double sum = 0;          // of W r^2
    std::size_t count = 0;   // residuals that there are
};

ReplayFit::ReplayFit(std::span<const ObservedRun> runs, std::span<const FigureGroup> groups,
                     const ReplayEngine& engine)
    : runs_(runs), groups_(groups), engine_(engine), scale_(scales_of(runs, groups)) {}

std::vector<double> ReplayFit::residuals(const TermValues& values) const {
    const EngineSetup setup = replay_setup(engine_, step_of(values));
    std::vector<std::vector<ReplayedRequest>> replays;
    replays.reserve(runs_.size());
    for (const ObservedRun& run : runs_) replays.push_back(replay(run, setup));
    std::vector<double> all;
    all.reserve(2 * groups_.size());
    for (const FigureGroup& group : groups_) {
        const ReplayedRequest means = means_of(group, replays[group.run]);
        all.push_back(group.ttft > 0 ? std::log(means.ttft / group.ttft) / kTtftUnit : 0);
        all.push_back(group.tpot > 0 && means.tpot > 0 ? std::log(means.tpot / group.tpot) / kTpotUnit : 0);
    }
    return all;
}

double ReplayFit::loss(const std::vector<double>& residuals, std::optional<std::size_t> left_out) const {
    double sum = 0;
    for (std::size_t i = 0; i < residuals.size(); ++i) {
        if (groups_[i / 2].site != left_out)
            sum += huber(residuals[i]);
    }
    return sum;
}

ReplayFit::Slopes ReplayFit::slopes(const TermValues& values, const TermFlags& fitted,
                                    std::optional<std::size_t> left_out, double difference) const {
    Slopes found;
    for (std::size_t term = 0; term < kTermCount; ++term) {
        if (fitted[term])
            found.terms.push_back(term);
    }
    std::vector<std::vector<double>> replays(1 + 2 * found.terms.size());
    parallel_for(replays.size(), [&](std::size_t which) {
        TermValues moved = values;
        if (which > 0)
            moved[found.terms[(which - 1) / 2]] *= std::exp(which % 2 == 1 ? difference : -difference);
        replays[which] = residuals(moved);
    });
    const auto size = static_cast<Eigen::Index>(found.terms.size());
    found.matrix = Eigen::MatrixXd::Zero(size, size);
    found.right = Eigen::VectorXd::Zero(size);
    Eigen::VectorXd row(size);
    for (std::size_t i = 0; i < replays[0].size(); ++i) {
        const bool measured = i % 2 == 0 ? groups_[i / 2].ttft > 0 : groups_[i / 2].tpot > 0;
        if (!measured || groups_[i / 2].site == left_out)
            continue;
        for (Eigen::Index k = 0; k < size; ++k) {
            const auto up = static_cast<std::size_t>(2 * k + 1);
            row[k] = (replays[up][i] - replays[up + 1][i]) / (2 * difference);
        }
        const double w = weight(replays[0][i]);
        found.matrix += w * row * row.transpose();
        found.right -= w * replays[0][i] * row;
        found.sum += w * replays[0][i] * replays[0][i];
        ++found.count;
    }
    return found;
}

TermValues ReplayFit::bounded(TermValues values, const TermFlags& fitted) const {
    for (std::size_t term = 0; term < kTermCount; ++term) {
        if (!fitted[term])
            continue;
        const double value = std::clamp(values[term], kLeastShare * scale_[term], kMostShare * scale_[term]);
        values[term] = std::clamp(value, term == place::kStep ? kLeastStep : 0.0, kMostEmpirical);
    }
    return values;
}

bool ReplayFit::vanished(const TermValues& values, std::size_t term) const {
    return values[term] < 1.5 * kLeastShare * scale_[term];
}

TermValues ReplayFit::stepped(const TermValues& values, const Slopes& slopes, const TermFlags& fitted,
                              double damping) const {
    const auto size = slopes.right.size();
    const Eigen::VectorXd step =
        (slopes.matrix + damping * Eigen::MatrixXd::Identity(size, size)).llt().solve(slopes.right);
    TermValues next = values;
    for (Eigen::Index k = 0; k < size; ++k) {
        next[slopes.terms[static_cast<std::size_t>(k)]] *=
            std::exp(std::clamp(step[k], -kLongestStep, kLongestStep));
    }
    return bounded(next, fitted);
}

TermValues ReplayFit::walk(TermValues values, const TermFlags& fitted,
                           std::optional<std::size_t> left_out) const {
    TermValues best = values;
    double least = loss(residuals(values), left_out);
    for (int done = 0; done < kFreeSteps; ++done) {
        const double damping = done < kCautiousSteps ? kFirstDamping : kFreeDamping;
        values = stepped(values, slopes(values, fitted, left_out, kDifference), fitted, damping);
        const double reached = loss(residuals(values), left_out);
        if (reached < least) {
            least = reached;
            best = values;
        }
    }
    return best;
}

TermValues ReplayFit::fit(TermValues values, const TermFlags& fitted,
                          std::optional<std::size_t> left_out) const {
    values = walk(bounded(values, fitted), fitted, left_out);
    double reached = loss(residuals(values), left_out);
    for (const double difference : {kDifference, kFineDifference}) {
        double damping = kFreeDamping;
        for (int done = 0; done < kMostSteps; ++done) {
            const Slopes here = slopes(values, fitted, left_out, difference);
            const double before = reached;
            for (; damping < kMostDamping && reached == before; damping *= 10) {
                const TermValues next = stepped(values, here, fitted, damping);
                const double tried = loss(residuals(next), left_out);
                if (tried < reached) {
                    values = next;
                    reached = tried;
                }
            }
            damping = std::max(damping / 100, kFreeDamping);
            if (before - reached < kEnough * before)
                break;
        }
    }
    return values;
}

TermPrecision ReplayFit::precision(const TermValues& values, const TermFlags& fitted) const {
    const Slopes here = slopes(values, fitted, std::nullopt, kDifference);
    const auto size = here.right.size();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(here.matrix);
    const double most = std::max(solver.eigenvalues()[size - 1], 1e-12);
    // What the data do not see at all is uncertain without a bound, not a division by 0.
    const double floor = 1e-10 * most;
    Eigen::VectorXd inverse(size);
    for (Eigen::Index k = 0; k < size; ++k) inverse[k] = 1 / std::max(solver.eigenvalues()[k], floor);
    const Eigen::MatrixXd spread =
        solver.eigenvectors() * inverse.asDiagonal() * solver.eigenvectors().transpose();
    const std::size_t freedoms = here.count > here.terms.size() ? here.count - here.terms.size() : 0;
    const double mean = freedoms > 0 ? here.sum / static_cast<double>(freedoms) : 1;
    const double variance = std::max(freedoms < kFewFreedoms ? 1.0 : kLeastVariance, mean);
    TermPrecision found;
    found.condition = std::sqrt(most / std::max(solver.eigenvalues()[0], floor));
    for (Eigen::Index k = 0; k < size; ++k) {
        const std::size_t term = here.terms[static_cast<std::size_t>(k)];
        found.standard_error[term] = std::sqrt(variance * spread(k, k));
        for (Eigen::Index other = 0; other < size; ++other) {
            const double correlation =
                std::abs(spread(k, other)) / std::sqrt(spread(k, k) * spread(other, other));
            if (other == k || correlation <= found.correlation[term])
                continue;
            found.correlation[term] = correlation;
            found.partner[term] = here.terms[static_cast<std::size_t>(other)];
        }
    }
    return found;
}

GroupErrors ReplayFit::errors(const TermValues& values, std::optional<std::size_t> site) const {
    const std::vector<double> all = residuals(values);
    GroupErrors errors;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (site && groups_[i].site != *site)
            continue;
        if (groups_[i].ttft > 0)
            errors.ttft.push_back(std::expm1(all[2 * i] * kTtftUnit));
        if (groups_[i].tpot > 0)
            errors.tpot.push_back(std::expm1(all[2 * i + 1] * kTpotUnit));
    }
    return errors;
}

}  // namespace spillway
