#pragma once

#include <array>
#include <deque>

#include "policies/params.hpp"
#include "policies/scale/sliding_max.hpp"

namespace spillway {

/// What an HPA compares with its target. The first two are means of each pod (metric type Pods), the others
/// totals that are divided among the pods (External with AverageValue).
enum class HpaMetric : std::uint8_t { kInFlight, kBusyShare, kQueued, kQueuedAndRunning };

struct HpaSettings {
    HpaMetric metric = HpaMetric::kInFlight;
    double target = 1;  ///< of each pod
    double tolerance = 0.1;
    Duration up_window{0};
    Duration down_window{std::chrono::seconds{300}};
    double up_share = 1;  ///< growth within up_period, of the size at its begin
    int up_pods = 4;      ///< or this many pods, whichever is more
    Duration up_period{std::chrono::seconds{15}};
    double down_share = 1;
    Duration down_period{std::chrono::seconds{15}};
    std::optional<Duration> drain_limit;
};

/// The horizontal pod autoscaler of Kubernetes: recommendation, stabilisation, then limits on the rate, as
/// replica_calculator.go and horizontal.go have them.
class HpaRules {
public:
    explicit HpaRules(const HpaSettings& settings) : settings_(settings) {}

    /// The decision of one sync. Requires: a floor of 1 or more, and a pool that is not empty.
    void decide(const PoolView& view, ScaleDecision& decision);
    /// Somebody else changed the size.
    void forget();

private:
    struct Change {
        SimTime at;
        int pods;
    };

    int recommend(const PoolView& view, ScaleDecision& decision) const;
    int per_pod(const PoolView& view, ScaleDecision& decision) const;
    int from_total(const PoolView& view, ScaleDecision& decision) const;
    bool within_tolerance(double ratio) const noexcept;
    int stabilise(int wanted, int present, SimTime now);
    int limit_rate(int wanted, int present, SimTime now);

    HpaSettings settings_;
    SlidingMax largest_;
    SlidingMax smallest_;  // of the negated sizes
    std::deque<Change> changes_;
};

inline constexpr std::array kHpaParams{
    choice_param("metric", "in-flight|busy-share|queued|queued-and-running", "in-flight",
                 "requests in flight of each pod, busy pods of the ready ones, or requests in all"),
    optional_param("target", ParamKind::kNumber,
                   "of the metric, for each pod; default: 70% of the pool's concurrency, of busy-share 0.7"),
    default_param("tolerance", ParamKind::kRatio, "10%", "no change while the metric is this near"),
    default_param("up_window", ParamKind::kDuration, "0s", "grow only to the smallest size wanted in this"),
    default_param("down_window", ParamKind::kDuration, "300s",
                  "shrink only to the largest size wanted in this"),
    default_param("up_share", ParamKind::kNumber, "1",
                  "growth within up_period, of the size before; 1: twice"),
    default_param("up_pods", ParamKind::kCount, "4", "or this many pods, whichever is more"),
    default_param("up_period", ParamKind::kDuration, "15s", "period of the limits on growth"),
    default_param("down_share", ParamKind::kRatio, "100%", "decrease within down_period, of the size before"),
    default_param("down_period", ParamKind::kDuration, "15s", "period of the limit on the decrease"),
    with_default(kDrainLimitParam, "30s"),
};
HpaSettings read_hpa(ParamReader& reader, const PoolFacts& pool);

}  // namespace spillway
