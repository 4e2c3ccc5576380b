#include "app/backtest/log_replay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/run/run_scenario.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/metrics/recorder.hpp"

namespace spillway {
namespace {

/// Hands out the requests of a log, again for each replication.
class LogSource final : public RequestSource {
public:
    explicit LogSource(const WindowedLog& log) : log_(log) {}

    std::optional<SimTime> next_time() override {
        if (next_ == log_.arrivals.size())
            return std::nullopt;
        return log_.arrivals[next_].at;
    }
    void pop(Arrival& arrival) override {
        SPILLWAY_CHECK(next_ < log_.arrivals.size(), "pop() behind the end of the log");
        arrival = log_.arrivals[next_++];
    }

private:
    const WindowedLog& log_;
    std::size_t next_ = 0;
};

std::vector<MeasuredClass> measured_classes(const Scenario& scenario) {
    std::vector<MeasuredClass> classes;
    for (const ScenarioClass& one : scenario.classes) classes.push_back({one.spec.name, one.delivery});
    return classes;
}

/// What the metrics are over: those that come after the window has settled.
class SettledRecorder final : public RequestObserver {
public:
    SettledRecorder(const Scenario& scenario, std::span<const Metric> metrics, Duration settle)
        : metrics_(metrics.begin(), metrics.end()),
          recorder_(measured_classes(scenario), {}, figures_of_metrics(scenario, metrics)),
          settled_(SimTime{} + settle) {}

    void request_ended(const RequestRecord& request) override {
        if (request.arrived >= settled_)  // those ahead of the window are before it
            recorder_.request_ended(request);
    }
    std::vector<Reading> readings() const {
        RunResult result;
        result.summary = recorder_.summarise();
        return read_metrics(metrics_, result);
    }

private:
    static std::vector<Slo> figures_of_metrics(const Scenario& scenario, std::span<const Metric> metrics) {
        Scenario asked = scenario;
        ask_for(metrics, "--metrics", asked);
        return asked.figures;
    }

    std::vector<Metric> metrics_;
    Recorder recorder_;
    SimTime settled_;
};

/// By class of the log, that of the scenario. Throws InputError at a request of one that it does not have.
class ClassIds {
public:
    ClassIds(const ServedLog& log, const Scenario& scenario)
        : log_(log), names_(scenario.class_names()), ids_(log.classes.size()) {}

    ClassId of(const ServedRequest& request) {
        std::optional<ClassId>& id = ids_[request.class_index];
        if (!id)
            id = find(request);
        return *id;
    }

private:
    ClassId find(const ServedRequest& request) const {
        const std::string& name = log_.class_of(request);
        if (name.empty()) {
            if (names_.size() == 1)
                return ClassId{0};
            throw InputError(log_.where(request), "does not say its class, and the scenario has several",
                             fmt::format("a column \"class\" with names such as {}", names_.front()));
        }
        const auto found = std::find(names_.begin(), names_.end(), name);
        if (found == names_.end())
            throw unknown_name(log_.where(request), "class", name, {names_.begin(), names_.end()});
        return ClassId{static_cast<std::uint32_t>(found - names_.begin())};
    }

    const ServedLog& log_;
    std::vector<std::string> names_;
    std::vector<std::optional<ClassId>> ids_;
};

/// A measured request as a run would have recorded it. Parts that nobody measured count as prefill: no metric
/// of a log looks at them.
RequestRecord record_of(const ServedRequest& request, const Arrival& arrival) {
    RequestRecord record;
    record.origin = arrival.origin;
    record.class_id = arrival.class_id;
    record.outcome = request.outcome;
    record.input_tokens = arrival.input_tokens;
    record.output_tokens = arrival.output_tokens;
    record.arrived = arrival.at;
    record.delivered = arrival.at + request.total;
    record.cold = request.cold;
    record.exposed = request.exposed;
    const LatencyPart whole =
        request.outcome == Outcome::kCompleted ? LatencyPart::kPrefill : LatencyPart::kQueue;
    record.parts[static_cast<std::size_t>(whole)] = request.total;
    if (request.ttft) {
        const SimTime first = arrival.at + *request.ttft;
        record.answer = AnswerTokens{first, first + request.answer.value_or(Duration{0})};
    }
    return record;
}

}  // namespace

WindowedLog windowed_log(const ServedLog& log, const ReplayWindow& window, const Scenario& scenario) {
    ClassIds classes(log, scenario);
    WindowedLog inside;
    inside.requests.reserve(log.requests.size());
    inside.arrivals.reserve(log.requests.size());
    for (const ServedRequest& request : log.requests) {
        const Duration at = request.sent.at - SimTime{} - window.begin;
        if (at < -window.lead || at >= window.length) {
            ++inside.left_out;
            continue;
        }
        Arrival arrival = request.sent;
        arrival.at = SimTime{} + at;
        arrival.class_id = classes.of(request);
        arrival.prefix_blocks = request.prefix_blocks;
        inside.before += at < Duration{0} ? 1 : 0;
        inside.requests.push_back(&request);
        inside.arrivals.push_back(arrival);
    }
    if (inside.count() == 0)
        throw InputError(log.name, "has no request in the window", "--from and --to choose another");
    return inside;
}

Scenario replayed_scenario(Scenario scenario, const ReplayWindow& window) {
    scenario.warm_up = window.lead;
    scenario.horizon = window.length;
    if (window.wall)
        scenario.wall_clock = std::chrono::floor<std::chrono::seconds>(*window.wall).count();
    // The log's requests take this one's place; assemble() wants a source all the same.
    const std::string& where = scenario.where;
    scenario.traffic = ConfigNode::list(
        where, {ConfigNode::object(
                   where, {{"source", ConfigNode::text(where, "poisson")},
                           {"rate", ConfigNode::text(where, "1/s")},
                           {"class", ConfigNode::text(where, scenario.classes.front().spec.name)}})});
    return scenario;
}

std::vector<Reading> measured_readings(const WindowedLog& log, const ReplayWindow& window,
                                       const Scenario& scenario, std::span<const Metric> metrics) {
    SettledRecorder recorder(scenario, metrics, window.settle);
    for (std::size_t i = 0; i < log.requests.size(); ++i)
        recorder.request_ended(record_of(*log.requests[i], log.arrivals[i]));
    return recorder.readings();
}

ReplayedRun replay_log(const Scenario& scenario, const WindowedLog& log, const ReplayWindow& window,
                       std::span<const Metric> metrics, const Draws& draws) {
    Scenario one = scenario;
    one.draws = draws;
    const std::unique_ptr<Assembly> assembly = assemble(one);
    assembly->source = std::make_unique<LogSource>(log);
    SettledRecorder recorder(one, metrics, window.settle);
    Onlookers onlookers;
    onlookers.requests.push_back(&recorder);
    const RunResult result = run_assembled(one, *assembly, onlookers);
    return {recorder.readings(), predicted_lines(result, window.scale()), result.unsettled_reason};
}

}  // namespace spillway
