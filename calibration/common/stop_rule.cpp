#include "calibration/common/stop_rule.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

std::string_view stop_reason_name(StopReason reason) noexcept {
    switch (reason) {
        case StopReason::kPrecise:
            return "precise";
        case StopReason::kMost:
            return "most samples";
        case StopReason::kCeiling:
            return "out of time";
    }
    return "";
}

void Sampling::add(double sample, double elapsed_seconds) {
    SPILLWAY_CHECK(!stopped_, "a sample after the stop");
    samples_.push_back(sample);
    stopped_ = judge(elapsed_seconds);
}

std::optional<StopReason> Sampling::judge(double elapsed_seconds) {
    if (samples_.size() >= rule_.most)
        return StopReason::kMost;
    if (elapsed_seconds >= rule_.ceiling_seconds && samples_.size() >= 2)
        return StopReason::kCeiling;
    if (samples_.size() < std::max(rule_.least, next_look_) || elapsed_seconds < rule_.floor_seconds)
        return std::nullopt;
    const std::optional<double> half_width = statistics().half_width;
    if (half_width && *half_width <= rule_.precision)
        return StopReason::kPrecise;
    next_look_ = samples_.size() + 1 + samples_.size() / 10;
    return std::nullopt;
}

}  // namespace spillway
