#include "app/capacity/capacity.hpp"

#include <algorithm>
#include <array>

#include "app/run/parallel_for.hpp"
#include "app/scenario/assemble.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kStillGrows = 1.02;  // throughput, when clients double
constexpr double kKvFull = 0.99;
constexpr double kFirstGuess = 1.25;  // of the best throughput
/// Offered rates of the curve, of the best throughput.
constexpr std::array kRates{0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25};

double request_rate(const LoadedWorker& point) { return point.figure(CapacityFigure::kRequestRate).mean; }

/// Twice as many clients each time, until more of them bring nothing.
std::vector<LoadedWorker> measure_clients(const LoadRig& rig, int concurrency) {
    std::vector<LoadedWorker> points;
    double expected = alone_rate(rig);
    for (int clients = 1;; clients = std::min(2 * clients, concurrency)) {
        points.push_back(run_clients(rig, static_cast<std::uint32_t>(clients), expected));
        const double reached = request_rate(points.back());
        const Estimate& kv = points.back().figure(CapacityFigure::kPeakKv);
        const bool full = kv.values() > 0 && kv.mean >= kKvFull;
        if (clients >= concurrency || full || (clients > 1 && reached < kStillGrows * expected))
            return points;
        expected = reached;
    }
}

double best_rate(const std::vector<LoadedWorker>& points) {
    double best = 0;
    for (const LoadedWorker& point : points) best = std::max(best, request_rate(point));
    return best;
}

void find_worker_knee(const LoadRig& rig, double best, WorkerCapacity& worker) {
    std::vector<LoadedWorker> asked;
    worker.knee = find_knee({kFirstGuess * best}, [&](double rate) {
        asked.push_back(run_rate(rig, rate));
        return asked.back().verdict;
    });
    const auto of_rate = [&](double rate) {
        return std::find_if(asked.begin(), asked.end(),
                            [rate](const LoadedWorker& point) { return point.level == rate; });
    };
    if (const auto found = of_rate(worker.knee->holds); found != asked.end()) {
        worker.at_knee = *found;
    } else {
        worker.alone =
            *std::min_element(asked.begin(), asked.end(),
                              [](const LoadedWorker& a, const LoadedWorker& b) { return a.level < b.level; });
    }
}

void measure(const LoadRig& rig, int concurrency, WorkerCapacity& worker) {
    worker.by_clients = measure_clients(rig, concurrency);
    const double best = best_rate(worker.by_clients);
    worker.by_rate.resize(kRates.size());
    parallel_for(kRates.size(),
                 [&](std::size_t i) { worker.by_rate[i] = run_rate(rig, kRates.at(i) * best); });
    if (!rig.worker.slos.empty())
        find_worker_knee(rig, best, worker);
}

std::string member_text(const ConfigNode& node, std::string_view name) {
    const ConfigNode* member = node.find(name);
    return member != nullptr && member->kind() == ConfigNode::Kind::kText ? member->as_text() : std::string{};
}

/// One of several that a user asks to compare may be impossible; the only one may not.
WorkerCapacity measure_variant(const LoadRig& rig, const WorkerVariant& variant) {
    WorkerCapacity worker;
    const ConfigNode& pool = rig.worker.pools.front();
    worker.gpu = member_text(pool, "gpu");
    worker.precision = member_text(*pool.find("service"), "precision");
    int concurrency = 1;
    try {
        concurrency = assemble(rig.worker)->pools.front().concurrency;
    } catch (const InputError& error) {
        if (!variant.gpu && !variant.precision)
            throw;
        worker.refused = error.problem();
        return worker;
    }
    worker.draws = describe_draws(rig.worker, rig.vary);
    measure(rig, concurrency, worker);
    return worker;
}

Scenario promised(const Scenario& scenario, const std::vector<std::string>& slos) {
    Scenario one = scenario;
    if (slos.empty())
        return one;
    one.slos.clear();
    for (const std::string& text : slos) one.slos.push_back(parse_slo(text, "--slo", one.class_names()));
    return one;
}

}  // namespace

std::optional<double> cost_per_million(const LoadedWorker& point, CapacityFigure per_second) {
    const Estimate& hour = point.figure(CapacityFigure::kHourCost);
    const Estimate& rate = point.figure(per_second);
    if (!hour.has_mean() || !rate.has_mean() || rate.mean <= 0)
        return std::nullopt;
    return hour.mean / (rate.mean * 3600) * 1e6;
}

CapacityReport measure_capacity(const Scenario& scenario, const CapacityQuestion& question) {
    SPILLWAY_CHECK(question.replications > 1, "an interval takes two replications");
    const Scenario asked = promised(scenario, question.slos);
    const ConfigNode& pool = worker_pool(asked, question.pool);
    const std::vector<WorkerVariant> variants = worker_variants(pool, question.gpus, question.precisions);
    CapacityReport report;
    report.scenario = scenario.name;
    report.pool = pool.find("name")->as_text();
    report.class_name = question.class_name.value_or("");
    if (!asked.slos.empty())
        report.objectives = planned_objectives(asked);
    report.vary = question.vary;
    report.replications = question.replications;
    report.requests = question.requests;
    report.mix = sample_requests(scenario, question.class_name);
    report.workers.resize(variants.size());
    parallel_for(variants.size(), [&](std::size_t i) {
        const LoadRig rig{one_worker(asked, pool, variants[i]), report.mix, question.vary,
                          question.replications, static_cast<double>(question.requests)};
        report.workers[i] = measure_variant(rig, variants[i]);
    });
    return report;
}

}  // namespace spillway
