#include "policies/scale/platforms/hpa_rules.hpp"

#include <algorithm>
#include <cmath>

#include "policies/scale/demand.hpp"

namespace spillway {

bool HpaRules::within_tolerance(double ratio) const noexcept {
    constexpr double kNoise = 1e-9;
    return std::abs(ratio - 1) <= settings_.tolerance + kNoise;
}

void HpaRules::decide(const PoolView& view, ScaleDecision& decision) {
    const int present = view.present();
    const int wanted = std::max(recommend(view, decision), decision.floor);
    const int stable = stabilise(wanted, present, view.now);
    decision.target = std::max(limit_rate(stable, present, view.now), decision.floor);
    const int change = std::min(decision.target, std::max(view.max_workers, present)) - present;
    if (change != 0)
        changes_.push_back({view.now, change});
}

int HpaRules::recommend(const PoolView& view, ScaleDecision& decision) const {
    const bool of_each =
        settings_.metric == HpaMetric::kInFlight || settings_.metric == HpaMetric::kBusyShare;
    return of_each ? per_pod(view, decision) : from_total(view, decision);
}

/// Pods that wait for a node count as zero where the metric asks for more, and not at all where it asks for
/// fewer. Those that start run without a metric: they count as zero, or as on target.
int HpaRules::per_pod(const PoolView& view, ScaleDecision& decision) const {
    const int present = view.present();
    const int ready = view.ready();
    const double sum =
        settings_.metric == HpaMetric::kInFlight ? view.metrics.in_flight : view.metrics.busy_share * ready;
    decision.rule = settings_.metric == HpaMetric::kInFlight
                        ? "mean requests in flight against target x ready pods"
                        : "busy pods against target x ready pods";
    decision.observed = sum;
    decision.threshold = settings_.target * ready;
    if (settings_.metric == HpaMetric::kInFlight)
        decision.figure = LoadFigure::kInFlight;
    if (ready == 0)
        return present;
    const double ratio = sum / decision.threshold;
    if (ready == present)
        return within_tolerance(ratio) ? present : workers_for(sum, settings_.target);
    if (ratio <= 1) {
        const int missing = view.starting;
        const double filled = (sum + settings_.target * missing) / (settings_.target * (ready + missing));
        return within_tolerance(filled) ? present
                                        : std::min(present, workers_for(sum, settings_.target) + missing);
    }
    const double diluted = sum / (settings_.target * present);
    if (within_tolerance(diluted) || diluted < 1)
        return present;
    return std::max(present, workers_for(sum, settings_.target));
}

int HpaRules::from_total(const PoolView& view, ScaleDecision& decision) const {
    const int present = view.present();
    const bool running = settings_.metric == HpaMetric::kQueuedAndRunning;
    decision.rule = running ? "mean requests waiting and running against target x pods"
                            : "mean requests waiting against target x pods";
    decision.observed = view.metrics.queued + (running ? view.metrics.in_flight : 0);
    decision.threshold = settings_.target * present;
    decision.figure = running ? LoadFigure::kOpen : LoadFigure::kQueued;
    return within_tolerance(decision.observed / decision.threshold)
               ? present
               : workers_for(decision.observed, settings_.target);
}

int HpaRules::stabilise(int wanted, int present, SimTime now) {
    // A recommendation counts while it is younger than the window; the new one always does.
    largest_.note(now, wanted, now - settings_.down_window + Duration{1});
    smallest_.note(now, -wanted, now - settings_.up_window + Duration{1});
    return std::min(std::max(present, -smallest_.max()), largest_.max());
}

int HpaRules::limit_rate(int wanted, int present, SimTime now) {
    const Duration kept = std::max(settings_.up_period, settings_.down_period);
    while (!changes_.empty() && changes_.front().at + kept <= now) changes_.pop_front();
    const auto size_before = [&](Duration period) {
        int size = present;
        for (const Change& change : changes_) {
            if (change.at + period > now)
                size -= change.pods;
        }
        return size;
    };
    if (wanted > present) {
        const int before = size_before(settings_.up_period);
        const double by_share = std::fmin(std::ceil(before * (1 + settings_.up_share)), 1e9);
        const int most = std::max(static_cast<int>(by_share), before + settings_.up_pods);
        return std::min(wanted, std::max(most, present));
    }
    if (wanted < present) {
        const int before = size_before(settings_.down_period);
        const int least = static_cast<int>(before * (1 - settings_.down_share));
        return std::max(wanted, std::min(least, present));
    }
    return wanted;
}

void HpaRules::forget() { *this = HpaRules(settings_); }

HpaSettings read_hpa(ParamReader& reader, const PoolFacts& pool) {
    constexpr double kDefaultUse = 0.7;
    HpaSettings settings;
    settings.metric = static_cast<HpaMetric>(reader.choice("metric"));
    settings.target =
        read_optional_positive(reader, "target")
            .value_or(settings.metric == HpaMetric::kBusyShare ? kDefaultUse
                                                               : kDefaultUse * pool.concurrency);
    settings.tolerance = reader.ratio("tolerance");
    settings.up_window = reader.duration("up_window");
    settings.down_window = reader.duration("down_window");
    settings.up_share = read_positive_number(reader, "up_share");
    settings.up_pods = read_count(reader, "up_pods");
    settings.up_period = read_positive_duration(reader, "up_period");
    settings.down_share = reader.ratio("down_share");
    settings.down_period = read_positive_duration(reader, "down_period");
    settings.drain_limit = reader.optional_duration("drain_limit");
    return settings;
}

}  // namespace spillway
