#pragma once

#include <optional>

#include "policies/scale/sliding_max.hpp"
#include "sim/core/time.hpp"

namespace spillway {

struct KpaSettings {
    double target;  ///< requests in flight for each pod: total x utilization
    double max_scale_up_rate = 1000;
    double max_scale_down_rate = 2;
    double panic_threshold = 2;  ///< panic when this many times the ready pods are wanted
    int activation_scale = 1;
    Duration stable_window{std::chrono::seconds{60}};
    Duration scale_down_delay{0};
};

/// What Knative's autoscaler sees at a tick.
struct KpaInput {
    int ready;      ///< pods
    double stable;  ///< mean requests in flight over the stable window
    double panic;   ///< and over the panic window
    SimTime now;
};

struct KpaScale {
    int desired;
    int stable_pods;  ///< clamped to the rates
    int panic_pods;
    bool panicking;

    bool operator==(const KpaScale&) const = default;
};

/// The decision of Knative's pod autoscaler, by knative/serving@98e5ef90 (2026-08-21),
/// pkg/autoscaler/scaling/autoscaler.go. Pure but for its panic and its scale-down delay.
class KpaFormula {
public:
    explicit KpaFormula(const KpaSettings& settings) : settings_(settings) {}

    /// A new autoscaler that finds more than one pod holds them in panic until it has seen a window.
    void begin(int ready, SimTime now);
    KpaScale scale(const KpaInput& input);

private:
    KpaSettings settings_;
    std::optional<SimTime> panic_since_;
    int max_panic_pods_ = 0;
    SlidingMax delayed_;
};

}  // namespace spillway
