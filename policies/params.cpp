#include "policies/params.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {

int read_count(ParamReader& reader, std::string_view name) {
    constexpr std::int64_t kMost = 1'000'000;
    const std::int64_t value = reader.integer(name);
    if (value > kMost)
        throw InputError(reader.where(name), fmt::format("{} is more than {}", value, kMost));
    return static_cast<int>(value);
}

int read_positive_count(ParamReader& reader, std::string_view name) {
    const int value = read_count(reader, name);
    if (value == 0)
        throw InputError(reader.where(name), "it must be 1 or more, not 0");
    return value;
}

Duration read_positive_duration(ParamReader& reader, std::string_view name) {
    const Duration value = reader.duration(name);
    if (value == Duration::zero())
        throw InputError(reader.where(name), "it must be longer than 0s");
    return value;
}

int read_workers(ParamReader& reader, std::string_view name, const PoolFacts& pool) {
    const int workers = read_count(reader, name);
    if (workers > pool.max_workers) {
        throw InputError(reader.where(name),
                         fmt::format("{} workers are more than \"workers.max\" of pool \"{}\", {}", workers,
                                     pool.name, pool.max_workers),
                         "raise \"workers\": {\"max\": ...}, or ask for fewer");
    }
    if (workers < pool.min_workers) {
        throw InputError(reader.where(name),
                         fmt::format("{} workers are fewer than min_workers of pool \"{}\", {}", workers,
                                     pool.name, pool.min_workers),
                         "lower min_workers or ask for more");
    }
    return workers;
}

double read_positive_number(ParamReader& reader, std::string_view name) {
    return *read_optional_positive(reader, name);
}

std::optional<double> read_optional_positive(ParamReader& reader, std::string_view name) {
    const std::optional<double> value = reader.optional_number(name);
    if (value && !(*value > 0))
        throw InputError(reader.where(name), "it must be above 0");
    return value;
}

double read_factor(ParamReader& reader, std::string_view name) {
    const double factor = reader.number(name);
    if (!(factor > 1))
        throw InputError(reader.where(name), "it must be above 1");
    return factor;
}

int read_requests_per_worker(ParamReader& reader, const PoolFacts& pool) {
    if (!reader.has("requests_per_worker"))
        return pool.concurrency;
    return read_positive_count(reader, "requests_per_worker");
}

Wakes read_metric_wakes(ParamReader& reader) {
    Wakes wakes = read_window_wakes(reader);
    wakes.unserved = reader.choice("from_zero") == 0;
    return wakes;
}

Wakes read_window_wakes(ParamReader& reader) { return read_window_wakes(reader, {}, {}); }

Wakes read_window_wakes(ParamReader& reader, Duration period, std::optional<Duration> window) {
    Wakes wakes;
    wakes.tick = reader.optional_duration("period").value_or(period);
    if (*wakes.tick == Duration::zero())
        throw InputError(reader.where("period"), "it must be longer than 0s");
    wakes.window = reader.optional_duration("window").value_or(window.value_or(*wakes.tick));
    wakes.lag = reader.duration("lag");
    wakes.sample_period = read_positive_duration(reader, "sample_period");
    if (wakes.window < wakes.sample_period) {
        throw InputError(reader.where("window"),
                         fmt::format("{} is shorter than sample_period, {}: no sample falls into it",
                                     format_duration(wakes.window), format_duration(wakes.sample_period)));
    }
    check_samples(reader, "window", wakes);
    return wakes;
}

void check_samples(ParamReader& reader, std::string_view window, const Wakes& wakes) {
    constexpr std::int64_t kMost = 1'000'000;
    const std::int64_t in_window = wakes.window / wakes.sample_period;
    const std::int64_t in_lag = wakes.lag / wakes.sample_period;
    if (in_window <= kMost && in_lag <= kMost - in_window)
        return;
    const bool too_wide = in_window > kMost || in_window >= in_lag;
    throw InputError(reader.where(too_wide ? window : "lag"),
                     fmt::format("{} are too many samples, one every {}",
                                 format_duration(too_wide ? wakes.window : wakes.lag),
                                 format_duration(wakes.sample_period)),
                     fmt::format("window and lag together hold at most {} samples", kMost));
}

Wakes read_check_wakes(ParamReader& reader) {
    Wakes wakes;
    wakes.tick = read_positive_duration(reader, "check_period");
    wakes.lag = reader.duration("lag");
    wakes.live = wakes.lag == Duration::zero();
    wakes.sample_period = std::min<Duration>(*wakes.tick, std::chrono::seconds{1});
    wakes.window = wakes.sample_period;
    check_samples(reader, "check_period", wakes);
    return wakes;
}

}  // namespace spillway
