#include "app/study/metric.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "sim/metrics/slo.hpp"

namespace spillway {
namespace {

using State = Reading::State;

constexpr std::string_view kNever = "never";

double priced(const RunResult& result, State& state, double value) {
    if (!result.priced)
        state = State::kNothing;
    return value;
}

/// A cost of each of what there was none of.
double each(const RunResult& result, State& state, const std::optional<double>& value) {
    state = value ? State::kValue : State::kNever;
    return priced(result, state, value.value_or(0));
}

double cost(const RunResult& result, State& state) { return priced(result, state, result.cost_per_hour()); }
double window_cost(const RunResult& result, State& state) {
    return priced(result, state, to_usd(result.cost));
}
double month(const RunResult& result, State& state) {
    // Of too little recorded traffic there is no interval of a month, and without one no comparison.
    const bool few = std::any_of(result.reads.begin(), result.reads.end(), [](const ReadCount& read) {
        return read.resampled && !read.resampled->tells_a_month();
    });
    if (!result.month || few)
        state = State::kNothing;
    return result.month ? to_usd(*result.month) : 0;
}
double per_inside(const RunResult& result, State& state) {
    return each(result, state, result.cost_per_thousand_inside());
}
double per_offered(const RunResult& result, State& state) {
    return each(result, state, result.cost_per_thousand_offered());
}
double per_tokens(const RunResult& result, State& state) {
    return each(result, state, result.cost_per_million_output_tokens());
}
double inside(const RunResult& result, State&) {
    return result.summary.all.requests.share(result.summary.all.requests.inside_slo);
}
double offered(const RunResult& result, State&) {
    return static_cast<double>(result.summary.all.requests.offered);
}

template <class Figure>
double over_workers(const RunResult& result, Figure figure) {
    double sum = 0;
    for (const PoolResult& pool : result.pools) {
        if (pool.setup.sort == PoolSort::kWorkers)
            sum += figure(pool);
    }
    return sum;
}
double workers(const RunResult& result, State&) {
    return over_workers(result, [](const PoolResult& pool) { return pool.workers_mean; });
}
double starts(const RunResult& result, State&) {
    return over_workers(result,
                        [](const PoolResult& pool) { return static_cast<double>(pool.usage.starts); });
}
double occupied(const RunResult& result, State& state) {
    const double all = workers(result, state);
    if (all == 0)
        state = State::kNothing;
    const double busy =
        over_workers(result, [](const PoolResult& pool) { return pool.workers_mean * pool.occupied_share; });
    return all == 0 ? 0 : busy / all;
}

constexpr Direction kLower = Direction::kLowerIsBetter;
constexpr std::array kNamed{
    NamedMetric{"cost", "cost_per_hour_usd", "USD per hour of this traffic", MetricUnit::kUsd, kLower, cost},
    NamedMetric{"window cost", "cost_usd", "USD for the measured window", MetricUnit::kUsd, kLower,
                window_cost},
    NamedMetric{"month", "month_usd", "USD a month, where a month can be told", MetricUnit::kUsd, kLower,
                month},
    NamedMetric{"cost per 1k", "cost_per_1000_inside_slo_usd", "USD per 1,000 requests inside the SLO",
                MetricUnit::kUsd, kLower, per_inside},
    NamedMetric{"cost per 1k offered", "cost_per_1000_offered_usd", "USD per 1,000 requests offered",
                MetricUnit::kUsd, kLower, per_offered},
    NamedMetric{"cost per mtok", "cost_per_million_output_tokens_usd", "USD per million output tokens",
                MetricUnit::kUsd, kLower, per_tokens},
    NamedMetric{"inside", "slo_attainment", "share of the offered requests inside the SLO",
                MetricUnit::kShare, Direction::kHigherIsBetter, inside},
    NamedMetric{"offered", "offered", "requests offered", MetricUnit::kAmount, Direction::kNeither, offered},
    NamedMetric{"workers", "workers_mean", "mean number of workers, over all pools", MetricUnit::kAmount,
                Direction::kNeither, workers},
    NamedMetric{"starts", "starts", "workers started", MetricUnit::kAmount, Direction::kNeither, starts},
    NamedMetric{"occupied", "occupied_share", "of the worker time, that with a request", MetricUnit::kShare,
                Direction::kNeither, occupied},
};

bool is_percentile_alone(std::string_view name) {
    return name.size() > 1 && name[0] == 'p' && name.find_first_not_of("0123456789.", 1) == name.npos;
}

/// "p99.9 warm ttft for class=chat" is "p99_9_warm_ttft_chat".
std::string key_of(std::string_view name, bool share) {
    std::string key;
    for (const char c : name) key += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    if (const auto at = key.find("_for_class_"); at != std::string::npos)
        key.erase(at, std::string_view("_for_class").size());
    if (share)
        return key.ends_with("_share") || key.find("_share_") != key.npos ? key : key + "_share";
    return key + "_s";
}

/// The class that the figure names, so that the rest of it can be checked before classes are known.
std::vector<std::string> named_class(const std::string& name) {
    const auto at = name.find("class=");
    if (at == std::string::npos)
        return {};
    return {name.substr(at + std::string_view("class=").size())};
}

Reading read_figure(const Metric& metric, const FigureResult& figure) {
    if (metric.is_share)
        return figure.requests == 0 ? Reading::nothing() : Reading::of(figure.observed_share);
    if (figure.observed)
        return Reading::of(to_seconds(*figure.observed));
    return figure.requests == 0 ? Reading::nothing() : Reading::never();
}

}  // namespace

double Reading::value() const {
    SPILLWAY_CHECK(has_value(), "a reading without a value was asked for it");
    return value_;
}

std::span<const NamedMetric> named_metrics() { return kNamed; }

Metric parse_metric(const std::string& name, const std::string& where) {
    const auto named = std::find_if(kNamed.begin(), kNamed.end(), [&](const NamedMetric& one) {
        return one.name == name || one.key == name;
    });
    if (named != kNamed.end())
        return {std::string(named->name), std::string(named->key), named->unit,
                named->direction,         named->of_run,           false};
    if (name.empty() || name.find(' ') == std::string::npos) {
        std::vector<std::string_view> names;
        names.reserve(kNamed.size() + 4);
        for (const NamedMetric& one : kNamed) names.push_back(one.name);
        names.insert(names.end(), {"failed", "p50", "p95", "p99"});
        if (!is_percentile_alone(name) && name != "failed")
            throw unknown_name(where, "metric", name, names);
    }
    Metric metric;
    metric.name = is_percentile_alone(name) ? name + " total" : name;
    if (name == "failed share")
        metric.name = kFailedMetric;
    const Slo figure = parse_figure(metric.name, where, named_class(metric.name));
    metric.is_share = figure.figure == SloFigure::kShare;
    metric.unit = metric.is_share ? MetricUnit::kShare : MetricUnit::kSeconds;
    metric.direction = kLower;
    metric.key = key_of(metric.name, metric.is_share);
    return metric;
}

std::vector<Metric> parse_metrics(std::span<const std::string> names, const std::string& where) {
    std::vector<Metric> metrics;
    for (const std::string& name : names) {
        metrics.push_back(parse_metric(name, where));
        const std::string& key = metrics.back().key;
        if (std::count_if(metrics.begin(), metrics.end(), [&](const Metric& one) { return one.key == key; }) >
            1)
            throw InputError(where, fmt::format("\"{}\" is named twice", name));
    }
    return metrics;
}

std::vector<Metric> default_metrics() {
    const std::vector<std::string> names{"cost",     "cost per 1k", "p50 total", "p95 total", "p99 total",
                                         "p95 ttft", "cold share",  "failed",    "inside"};
    return parse_metrics(names, "metrics");
}

void ask_for(std::span<const Metric> metrics, const std::string& where, Scenario& scenario) {
    const std::vector<std::string> classes = scenario.class_names();
    scenario.figures.clear();
    for (const Metric& metric : metrics) {
        if (metric.of_run == nullptr)
            scenario.figures.push_back(parse_figure(metric.name, where, classes));
    }
}

std::vector<Reading> read_metrics(std::span<const Metric> metrics, const RunResult& result) {
    std::vector<Reading> readings;
    std::size_t figure = 0;
    for (const Metric& metric : metrics) {
        if (metric.of_run == nullptr) {
            readings.push_back(read_figure(metric, result.summary.figures.at(figure++)));
            continue;
        }
        State state = State::kValue;
        const double value = metric.of_run(result, state);
        readings.push_back(state == State::kValue
                               ? Reading::of(value)
                               : (state == State::kNever ? Reading::never() : Reading::nothing()));
    }
    return readings;
}

std::string reading_text(const Reading& reading) {
    if (reading.has_value())
        return fmt::format("{}", reading.value());
    return std::string(reading.state() == State::kNever ? kNever : "");
}

Reading parse_reading(std::string_view text) {
    if (text.empty())
        return Reading::nothing();
    if (text == kNever)
        return Reading::never();
    const std::optional<double> value = parse_number(text);
    SPILLWAY_CHECK(value.has_value(), "a kept reading is no number");
    return Reading::of(*value);
}

std::string show_value(MetricUnit unit, double value) {
    switch (unit) {
        case MetricUnit::kUsd:
            return show_usd(value);
        case MetricUnit::kSeconds:
            return show_seconds(value);
        case MetricUnit::kShare:
            return show_share(value);
        case MetricUnit::kAmount:
            return show_amount(value);
    }
    return {};
}

std::string show_reading(MetricUnit unit, const Reading& reading) {
    if (reading.has_value())
        return show_value(unit, reading.value());
    return std::string(reading.state() == State::kNever ? kNever : "-");
}

}  // namespace spillway
