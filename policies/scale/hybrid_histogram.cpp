#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/idle_histogram.hpp"
#include "policies/scale/reasons.hpp"
#include "policies/scale/sliding_max.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kHybridHistogramParams{
    default_param("bins", ParamKind::kCount, "240", "of the histogram of idle times"),
    default_param("bin_width", ParamKind::kDuration, "1m", "of each; times beyond the last are outside"),
    default_param("head", ParamKind::kRatio, "5%",
                  "percentile of idle times that the pre-warm window follows"),
    default_param("tail", ParamKind::kRatio, "99%", "percentile that the keep-alive window follows"),
    default_param("margin", ParamKind::kRatio, "10%", "windows are this much earlier and later"),
    default_param("least_cv", ParamKind::kNumber, "2",
                  "the histogram is used when the coefficient of variation of its counts is this or more"),
    default_param("least_count", ParamKind::kCount, "10", "and when it has as many idle times"),
    default_param("most_outside", ParamKind::kRatio, "50%", "and not more than this share of them outside"),
    default_param("fallback_keep_alive", ParamKind::kDuration, "4h",
                  "otherwise a worker stays for this long, and none is pre-warmed"),
    kRequestsPerWorkerParam,
};

struct HybridHistogramSettings {
    Duration fallback_keep_alive;
    int requests_per_worker;
};

/// An idle pool is unloaded at once, loaded again just before its next request is likely, and unloaded when
/// that is overdue.
class HybridHistogram final : public ScalePolicy {
public:
    HybridHistogram(const HybridHistogramSettings& settings, const IdleHistogramSettings& histogram)
        : settings_(settings), histogram_(histogram), windows_{{}, settings.fallback_keep_alive} {}

    Wakes wakes() const override {
        Wakes wakes;
        wakes.live = true;
        wakes.arrived = true;
        wakes.unserved = true;
        wakes.freed = true;
        wakes.ready = true;  // a start whose requests are gone ends in idleness too
        return wakes;
    }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        const int requests = view.queued + view.in_flight;
        if (why == Trigger::kArrived) {
            idle_ended(view.now);
            note(requests + 1, view.now);
        } else if (requests > 0) {
            idle_since_.reset();
            note(requests, view.now);
            work(view, requests, decision);
        } else if (why != Trigger::kStart) {
            note(0, view.now);
            if (!idle_since_)
                idle_since_ = view.now;
            rest(view, decision);
        }
        leave_ready(view, decision);
        return decision;
    }

private:
    /// A worker that is still starting serves nobody: what is to be kept is kept of the ready ones, and
    /// starts under way, which no decision here ends, come on top.
    static void leave_ready(const PoolView& view, ScaleDecision& decision) {
        const int stopped = std::max(0, view.ready() - decision.target);
        decision.target = std::max(decision.target, view.present() - stopped);
    }

    /// What was needed until this moment, and from it on.
    void note(int requests, SimTime now) {
        const SimTime oldest = now - windows_.keep_alive;
        most_.note(now, needed_, oldest);
        needed_ = workers_for(requests, settings_.requests_per_worker);
        most_.note(now, needed_, oldest);
    }

    void idle_ended(SimTime now) {
        if (!idle_since_)
            return;
        histogram_.add(now - *idle_since_);
        windows_ = histogram_.windows().value_or(IdleHistogram::Windows{{}, settings_.fallback_keep_alive});
        idle_since_.reset();
    }

    /// Keeps what any moment of the keep-alive window needed: with the warmest worker first, the others have
    /// been idle since then.
    void work(const PoolView& view, int requests, ScaleDecision& decision) {
        const int kept = std::min(most_.max(), view.present());
        decision.target = std::max({needed_, kept, decision.floor});
        if (kept > needed_)
            decision.wake_at = most_.noted() + windows_.keep_alive + Duration{1};
        explain_demand(decision, requests, view.present() * settings_.requests_per_worker);
    }

    void rest(const PoolView& view, ScaleDecision& decision) {
        const Duration idle = view.now - *idle_since_;
        decision.observed = to_seconds(idle);
        if (idle < windows_.prewarm) {
            decision.target = decision.floor;
            decision.wake_at = *idle_since_ + windows_.prewarm;
            decision.rule = "idle time against the pre-warm window, in s";
            decision.threshold = to_seconds(windows_.prewarm);
            return;
        }
        decision.rule = "idle time against the keep-alive window, in s";
        decision.threshold = to_seconds(windows_.keep_alive);
        if (idle >= windows_.keep_alive) {
            decision.target = decision.floor;
            return;
        }
        decision.wake_at = *idle_since_ + windows_.keep_alive;
        const int kept = std::min(most_.max(), view.present());
        const int loaded = windows_.prewarm > Duration::zero() ? 1 : 0;
        decision.target = std::max({kept, loaded, decision.floor});
        if (kept > std::max(loaded, decision.floor))
            decision.wake_at = std::min(*decision.wake_at, most_.noted() + windows_.keep_alive + Duration{1});
    }

    HybridHistogramSettings settings_;
    IdleHistogram histogram_;
    IdleHistogram::Windows windows_;
    SlidingMax most_;
    int needed_ = 0;
    std::optional<SimTime> idle_since_;
};

std::unique_ptr<ScalePolicy> read_hybrid_histogram(ParamReader& reader, const PolicyContext& context) {
    IdleHistogramSettings histogram;
    histogram.bins = read_positive_count(reader, "bins");
    histogram.bin_width = read_positive_duration(reader, "bin_width");
    histogram.head = reader.ratio("head");
    histogram.tail = reader.ratio("tail");
    histogram.margin = reader.ratio("margin");
    histogram.least_cv = reader.number("least_cv");
    histogram.least_count = read_count(reader, "least_count");
    histogram.most_outside = reader.ratio("most_outside");
    if (histogram.head > histogram.tail)
        throw InputError(reader.where("head"), "it is above tail");
    const HybridHistogramSettings settings{reader.duration("fallback_keep_alive"),
                                           read_requests_per_worker(reader, context.own_pool())};
    return std::make_unique<HybridHistogram>(settings, histogram);
}

}  // namespace

ScalePolicyEntry hybrid_histogram_entry() {
    return {"hybrid-histogram", "Pre-warm and keep-alive windows from the idle times seen.",
            kHybridHistogramParams, read_hybrid_histogram};
}

}  // namespace spillway
