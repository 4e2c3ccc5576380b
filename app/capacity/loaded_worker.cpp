#include "app/capacity/loaded_worker.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "app/capacity/delivery_meter.hpp"
#include "app/capacity/offered_load.hpp"
#include "app/run/parallel_for.hpp"
#include "app/run/run_scenario.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kWarmUpShare = 0.2;
constexpr std::uint64_t kAloneRequests = 50;

/// Readings of one replication.
struct LoadSample {
    std::array<Reading, kCapacityFigures.size()> figures{
        Reading::nothing(), Reading::nothing(), Reading::nothing(), Reading::nothing(), Reading::nothing(),
        Reading::nothing(), Reading::nothing(), Reading::nothing(), Reading::nothing(), Reading::nothing()};
    std::vector<Reading> objectives;

    Reading& operator[](CapacityFigure one) { return figures[static_cast<std::size_t>(one)]; }
};

Reading read(const std::optional<double>& value) { return value ? Reading::of(*value) : Reading::nothing(); }

Reading read(const std::optional<Duration>& value, std::uint64_t requests) {
    if (value)
        return Reading::of(to_seconds(*value));
    return requests == 0 ? Reading::nothing() : Reading::never();
}

Reading read(const SloResult& result) {
    if (result.slo.figure == SloFigure::kShare)
        return result.requests == 0 ? Reading::nothing() : Reading::of(result.observed_share);
    return read(result.observed, result.requests);
}

/// An instance may hold several such workers: this one pays its share.
std::optional<double> hour_cost(const PoolResult& pool, const RunResult& result) {
    if (!pool.bill)
        return std::nullopt;
    const Purchase& purchase = pool.bill->purchase;
    return result.cost_per_hour() * purchase.gpus_per_worker / purchase.gpus_per_instance;
}

LoadSample sample_of(const RunResult& result, const DeliveryMeter& meter) {
    LoadSample sample;
    const ClassSummary& all = result.summary.all;
    const PoolResult& pool = result.pools.front();
    sample[CapacityFigure::kTtftMean] = read(all.ttft.mean, all.ttft.requests);
    sample[CapacityFigure::kTtftP95] = read(all.ttft.p95, all.ttft.requests);
    sample[CapacityFigure::kTpotMean] = read(all.tpot.mean, all.tpot.requests);
    sample[CapacityFigure::kTpotP95] = read(all.tpot.p95, all.tpot.requests);
    sample[CapacityFigure::kRequestRate] = read(meter.requests_per_second());
    sample[CapacityFigure::kTokenRate] = read(meter.output_tokens_per_second());
    if (pool.has_engine())
        sample[CapacityFigure::kPeakKv] = Reading::of(pool.peak_kv_share());
    sample[CapacityFigure::kFailed] = Reading::of(all.requests.share(all.requests.missed()));
    sample[CapacityFigure::kGrowth] = Reading::of(meter.backlog_growth());
    sample[CapacityFigure::kHourCost] = read(hour_cost(pool, result));
    for (const SloResult& one : result.summary.slos) sample.objectives.push_back(read(one));
    return sample;
}

/// Runs `scenario` with another source in the place of its own.
LoadSample run_source(const Scenario& scenario, std::unique_ptr<RequestSource> source) {
    const std::unique_ptr<Assembly> assembly = assemble(scenario);
    assembly->source = std::move(source);
    std::optional<SimTime> end;
    if (scenario.horizon)
        end = SimTime{} + *scenario.horizon;
    DeliveryMeter meter(end);
    Onlookers onlookers;
    onlookers.requests.push_back(&meter);
    const RunResult result = run_assembled(scenario, *assembly, onlookers);
    return sample_of(result, meter);
}

Scenario windowed(const LoadRig& rig, std::uint64_t replication, double seconds) {
    Scenario one = rig.worker;
    one.draws = draws_of(rig.worker.draws, rig.vary, replication);
    one.horizon = from_seconds(seconds);
    one.warm_up = from_seconds(kWarmUpShare * seconds);
    return one;
}

/// The estimates of what `run` says of each replication.
LoadedWorker estimated(const LoadRig& rig, CapacityAxis kind, double level,
                       const std::function<LoadSample(std::uint64_t)>& run) {
    std::vector<LoadSample> samples(rig.replications);
    parallel_for(samples.size(), [&](std::size_t i) { samples[i] = run(i); });
    LoadedWorker point;
    point.kind = kind;
    point.level = level;
    const auto over = [&](const auto& reading) {
        std::vector<Reading> readings;
        readings.reserve(samples.size());
        for (const LoadSample& sample : samples) readings.push_back(reading(sample));
        return estimate(readings);
    };
    for (std::size_t i = 0; i < point.figures.size(); ++i)
        point.figures[i] = over([i](const LoadSample& sample) { return sample.figures[i]; });
    for (std::size_t i = 0; i < rig.worker.slos.size(); ++i)
        point.objectives.push_back(over([i](const LoadSample& sample) { return sample.objectives[i]; }));
    point.verdict = judge(rig.worker.slos, point);
    return point;
}

SloVerdict judge_one(double limit, const Estimate& figure) {
    if (figure.values() == 0 && figure.never == 0)
        return SloVerdict::kHolds;  // promised of requests that there are none of
    if (2 * figure.never > figure.replications)
        return SloVerdict::kBroken;
    if (!figure.has_interval())
        return SloVerdict::kOpen;
    if (figure.high() < limit)
        return SloVerdict::kHolds;
    return figure.low() >= limit ? SloVerdict::kBroken : SloVerdict::kOpen;
}

}  // namespace

std::string_view slo_verdict_name(SloVerdict verdict) noexcept {
    constexpr std::array<std::string_view, 3> kNames{"holds", "open", "broken"};
    return kNames.at(static_cast<std::size_t>(verdict));
}

LoadedWorker run_rate(const LoadRig& rig, double rate) {
    return estimated(rig, CapacityAxis::kRate, rate, [&](std::uint64_t replication) {
        const Scenario one = windowed(rig, replication, rig.requests / rate);
        return run_source(one, std::make_unique<OpenLoad>(rig.mix, one.draws.traffic, rate,
                                                          kWarmUpShare * rig.requests, rig.requests));
    });
}

LoadedWorker run_clients(const LoadRig& rig, std::uint32_t clients, double expected_rate) {
    return estimated(rig, CapacityAxis::kClients, clients, [&](std::uint64_t replication) {
        const Scenario one = windowed(rig, replication, rig.requests / expected_rate);
        return run_source(
            one, std::make_unique<ClosedLoad>(rig.mix, one.draws.traffic,
                                              ClosedLoad::Plan{clients, SimTime{} - one.warm_up,
                                                               SimTime{} + *one.horizon, std::nullopt}));
    });
}

double alone_rate(const LoadRig& rig) {
    Scenario one = rig.worker;
    one.horizon.reset();
    one.warm_up = Duration::zero();
    LoadSample sample = run_source(
        one, std::make_unique<ClosedLoad>(rig.mix, one.draws.traffic,
                                          ClosedLoad::Plan{1, SimTime{}, std::nullopt, kAloneRequests}));
    const Reading rate = sample[CapacityFigure::kRequestRate];
    if (!rate.has_value())
        throw InputError(rig.worker.where, "one request at a time, none completes",
                         "`spillway run` says why");
    return rate.value();
}

SloVerdict judge(const std::vector<Slo>& slos, const LoadedWorker& point) {
    SPILLWAY_CHECK(slos.size() == point.objectives.size(), "an objective has no figure");
    SloVerdict worst = judge_one(kKeepsUpWithin, point.figure(CapacityFigure::kGrowth));
    for (std::size_t i = 0; i < slos.size(); ++i) {
        const double limit =
            slos[i].figure == SloFigure::kShare ? slos[i].share_limit : to_seconds(slos[i].limit);
        worst = std::max(worst, judge_one(limit, point.objectives[i]));
    }
    return worst;
}

}  // namespace spillway
