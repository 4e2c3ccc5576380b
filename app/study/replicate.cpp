#include "app/study/replicate.hpp"

#include <algorithm>
#include <cmath>

#include "app/run/fixed_fleet.hpp"
#include "app/run/parallel_for.hpp"
#include "app/run/run_scenario.hpp"
#include "app/run/saturation.hpp"
#include "app/study/inputs.hpp"

namespace spillway {
namespace {

bool is_precise(const ReplicationRule& rule, const Replications& done) {
    return !rule.precision || std::all_of(rule.watched.begin(), rule.watched.end(), [&](std::size_t metric) {
        const Estimate figure = estimate(done.of(metric));
        if (figure.values() == 0)
            return figure.never == 0;  // nothing to measure stays so
        return figure.has_interval() && figure.half_width <= *rule.precision * std::abs(figure.mean);
    });
}

std::uint64_t count_if_not_empty(const std::vector<RunOutcome>& runs, std::string RunOutcome::*reason) {
    return static_cast<std::uint64_t>(std::count_if(
        runs.begin(), runs.end(), [&](const RunOutcome& run) { return !(run.*reason).empty(); }));
}

std::string first_not_empty(const std::vector<RunOutcome>& runs, std::string RunOutcome::*reason) {
    const auto found =
        std::find_if(runs.begin(), runs.end(), [&](const RunOutcome& run) { return !(run.*reason).empty(); });
    return found == runs.end() ? std::string{} : (*found).*reason;
}

}  // namespace

std::vector<Reading> Replications::of(std::size_t metric) const {
    std::vector<Reading> readings;
    readings.reserve(runs.size());
    for (const RunOutcome& run : runs) readings.push_back(run.readings[metric]);
    return readings;
}

std::uint64_t Replications::unsettled() const { return count_if_not_empty(runs, &RunOutcome::unsettled); }
std::uint64_t Replications::saturated() const { return count_if_not_empty(runs, &RunOutcome::saturated); }
double Replications::held_share() const {
    if (runs.empty())
        return 0;
    const auto held = std::count_if(runs.begin(), runs.end(), [](const RunOutcome& run) { return run.held; });
    return static_cast<double>(held) / static_cast<double>(runs.size());
}
std::string Replications::unsettled_reason() const { return first_not_empty(runs, &RunOutcome::unsettled); }
std::string Replications::saturated_reason() const { return first_not_empty(runs, &RunOutcome::saturated); }

void extend(Replications& done, std::uint64_t wanted, const RunReplication& run) {
    const std::uint64_t from = done.runs.size();
    if (wanted <= from)
        return;
    done.runs.resize(wanted);
    parallel_for(wanted - from, [&](std::size_t i) { done.runs[from + i] = run(done.begin + from + i); });
}

std::uint64_t next_count(const ReplicationRule& rule, std::uint64_t done) noexcept {
    return std::min(rule.most, done + (done + 1) / 2);
}

Replications replicate(const ReplicationRule& rule, std::uint64_t begin, const RunReplication& run) {
    Replications done;
    done.begin = begin;
    extend(done, std::min(rule.first, rule.most), run);
    done.precise = is_precise(rule, done);
    while (!done.precise && done.runs.size() < rule.most) {
        extend(done, next_count(rule, done.runs.size()), run);
        done.precise = is_precise(rule, done);
    }
    return done;
}

void make_repeatable(Scenario& scenario, std::span<const Metric> metrics, const std::string& where,
                     std::shared_ptr<Recordings> recordings) {
    ask_for(metrics, where, scenario);
    scenario.draws.resample = Resampling{scenario.draws.traffic, {}, std::move(recordings)};
    if (!scenario.horizon)
        scenario.horizon = read_traffic(scenario).span;
}

RunOutcome run_replication(const Scenario& scenario, std::span<const Metric> metrics, const Vary& vary,
                           std::uint64_t replication) {
    Scenario one = scenario;
    one.draws = draws_of(scenario.draws, vary, replication);
    const RunResult result = run_scenario(one);
    return {read_metrics(metrics, result), result.unsettled_reason, saturation(result),
            meets_objectives(result)};
}

}  // namespace spillway
