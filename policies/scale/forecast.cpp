#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/holt_winters.hpp"
#include "policies/scale/reasons.hpp"
#include "policies/scale/sliding_max.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kForecastParams{
    default_param("interval", ParamKind::kDuration, "60s",
                  "the rate is observed over this, and the size is set as often"),
    optional_param("lead", ParamKind::kDuration,
                   "workers are there this long before they are needed; default: the mean start of the pool"),
    default_param("utilization", ParamKind::kRatio, "70%", "of the slots, aimed at"),
    kRequestsPerWorkerParam,
    default_param("level", ParamKind::kRatio, "0.3", "weight of the newest rate in the level"),
    default_param("trend", ParamKind::kRatio, "0.1", "weight of the newest change in the trend"),
    default_param("seasonal", ParamKind::kRatio, "0.3", "weight of the newest deviation in the season"),
    optional_param("season", ParamKind::kDuration,
                   "length of a season, a multiple of interval, \"24h\"; default: none"),
    default_param("down_window", ParamKind::kDuration, "300s",
                  "shrink only to the largest size that was wanted within this"),
    kLagParam,
    kSamplePeriodParam,
    kFromZeroParam,
};

struct ForecastSettings {
    Duration lead;
    double utilization;
    int requests_per_worker;
    Duration down_window;
    HoltWintersSettings smoothing;
};

/// Time in service by Little's law: requests running over requests completed, both of the last intervals.
class ServiceTime {
public:
    void observe(double in_flight, double arrivals, double present, Duration interval) {
        constexpr double kKept = 0.8;  // of the weight of what came before
        const double completed = std::max(0.0, arrivals - (present - std::exchange(present_, present)));
        busy_ = kKept * busy_ + in_flight * to_seconds(interval);
        completed_ = kKept * completed_ + completed;
    }
    /// In seconds; 0 while nothing has completed.
    double mean() const noexcept { return completed_ > 0 ? busy_ / completed_ : 0; }

private:
    double present_ = 0;    // requests waiting and running at the last look
    double busy_ = 0;       // request-seconds
    double completed_ = 0;  // requests
};

class Forecast final : public ScalePolicy {
public:
    Forecast(const ForecastSettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes), rate_(settings.smoothing) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        if (why == Trigger::kUnserved && view.present() == 0) {
            start_from_zero(decision);
            remember(decision.target, view.now);
        } else if (why == Trigger::kTick) {
            look(view, decision);
        }
        return decision;
    }

private:
    void look(const PoolView& view, ScaleDecision& decision) {
        const Duration interval = *wakes_.tick;
        const PoolMetrics& seen = view.metrics;
        rate_.observe(seen.arrival_rate);
        service_.observe(seen.in_flight, seen.arrival_rate * to_seconds(interval),
                         view.queued + view.in_flight, interval);
        const double rate = coming_rate();
        const double slots = rate * service_.mean();
        const double per_worker = settings_.utilization * settings_.requests_per_worker;
        const int forecast = workers_for(slots, per_worker);
        const int now_needed = workers_for(seen.queued + seen.in_flight, 1.0 * settings_.requests_per_worker);
        const int wanted = std::max({forecast, now_needed, decision.floor});
        remember(wanted, view.now);
        // Only idle workers stop.
        decision.target =
            std::max({wanted, std::min(view.present(), most_.max()), view.present() - view.idle});
        decision.target = std::max(decision.target, decision.floor);
        if (now_needed > forecast) {
            explain_demand(decision, 0, view.present() * settings_.requests_per_worker);
            decision.observed = seen.queued + seen.in_flight;
            decision.seen = FigureSeen::kMean;
        } else {
            decision.rule = "slots for the forecast rate against utilization x slots";
            decision.observed = slots;
            decision.threshold = per_worker * view.present();
        }
    }

    /// The highest rate forecast until a worker that the next look starts is ready.
    double coming_rate() const {
        const Duration interval = *wakes_.tick;
        const Duration ahead = wakes_.lag + settings_.lead + interval;
        double highest = 0;
        const std::int64_t steps = (ahead + interval - Duration{1}) / interval;
        for (std::int64_t step = 1; step <= steps; ++step)
            highest = std::max(highest, rate_.forecast(static_cast<std::size_t>(step)));
        return highest;
    }

    void remember(int workers, SimTime now) { most_.note(now, workers, now - settings_.down_window); }

    ForecastSettings settings_;
    Wakes wakes_;
    HoltWinters rate_;
    ServiceTime service_;
    SlidingMax most_;
};

constexpr std::int64_t kMostIntervals = 100'000;

Duration read_lead(ParamReader& reader, Duration interval, double mean_start_seconds) {
    std::optional<Duration> lead = reader.optional_duration("lead");
    if (!lead)
        lead = duration_from_seconds(mean_start_seconds);
    if (!lead || *lead / interval > kMostIntervals)
        throw InputError(reader.where("lead"), "it is too long to be forecast", "give a shorter one");
    return *lead;
}

std::size_t read_season(ParamReader& reader, Duration interval) {
    const std::optional<Duration> season = reader.optional_duration("season");
    if (!season)
        return 0;
    if (*season < 2 * interval || *season % interval != Duration::zero()) {
        throw InputError(reader.where("season"), "it is no multiple of interval, or only one",
                         "a season has two intervals or more");
    }
    if (*season / interval > kMostIntervals)
        throw InputError(reader.where("season"), "it has too many intervals to be remembered");
    return static_cast<std::size_t>(*season / interval);
}

std::unique_ptr<ScalePolicy> read_forecast(ParamReader& reader, const PolicyContext& context) {
    const PoolFacts& pool = context.own_pool();
    Wakes wakes;
    wakes.tick = read_positive_duration(reader, "interval");
    wakes.window = *wakes.tick;
    wakes.lag = reader.duration("lag");
    wakes.sample_period = read_positive_duration(reader, "sample_period");
    wakes.unserved = reader.choice("from_zero") == 0;
    wakes.time_weighted = true;
    if (wakes.window < wakes.sample_period)
        throw InputError(reader.where("interval"),
                         "it is shorter than sample_period: no sample falls into it");
    check_samples(reader, "interval", wakes);
    ForecastSettings settings{};
    settings.lead = read_lead(reader, *wakes.tick, pool.mean_start_seconds);
    settings.utilization = reader.ratio("utilization");
    if (settings.utilization == 0)
        throw InputError(reader.where("utilization"), "it must be above 0");
    settings.requests_per_worker = read_requests_per_worker(reader, pool);
    settings.down_window = reader.duration("down_window");
    settings.smoothing = {reader.ratio("level"), reader.ratio("trend"), reader.ratio("seasonal"),
                          read_season(reader, *wakes.tick)};
    return std::make_unique<Forecast>(settings, wakes);
}

}  // namespace

ScalePolicyEntry forecast_entry() {
    return {"forecast", "Workers one cold start ahead of the rate that Holt-Winters smoothing forecasts.",
            kForecastParams, read_forecast};
}

}  // namespace spillway
