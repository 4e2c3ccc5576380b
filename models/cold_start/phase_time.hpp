#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "sim/core/config.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// How long one phase of a start takes: a law of durations, or latency + bytes / bandwidth × noise.
/// A value type; draws are const and go through the inverse distribution function.
class PhaseTime {
public:
    static PhaseTime law(Distribution seconds) { return {Duration::zero(), 1, std::move(seconds)}; }
    /// Requires: seconds, the time without latency and noise, is not negative; the noise has mean 1.
    static PhaseTime transfer(Duration latency, double seconds, Distribution noise) {
        return {latency, seconds, std::move(noise)};
    }

    /// The time at probability `u` in (0, 1).
    Duration at(double u) const;
    double mean_seconds() const { return to_seconds(latency_) + scale_ * law_.mean(); }
    bool is_constant() const noexcept { return law_.is_constant(); }

private:
    PhaseTime(Duration latency, double scale, Distribution law)
        : latency_(latency), scale_(scale), law_(std::move(law)) {}

    Duration latency_;
    double scale_;  // of what the law yields, in seconds
    Distribution law_;
};

/// Reads either "time" (a law of durations) or "bytes" with "bandwidth" and, optionally, "latency" and
/// "noise" (a law of numbers with mean 1). Throws InputError for neither, for both and for noise of another
/// mean. Requires: the reader declares all five as optional. A transfer that does not say its bytes moves
/// `default_bytes`, where there are any.
PhaseTime parse_phase_time(ParamReader& reader, std::optional<std::int64_t> default_bytes);

}  // namespace spillway
