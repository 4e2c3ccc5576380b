#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "models/gpu_profile/gpu_profile.hpp"
#include "models/model_error.hpp"
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

    /// All of it multiplied.
    PhaseTime scaled(double factor) const {
        return factor == 1 ? *this : PhaseTime{spillway::scaled(latency_, factor), scale_ * factor, law_};
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

/// What a phase may take from the pool that starts.
struct PhaseGround {
    std::optional<std::int64_t> bytes;    ///< that a transfer moves which does not say its own
    const GpuProfile* profile = nullptr;  ///< of its GPU, for times that were measured on it
};

/// A longer phase is a slip of the pen (a bandwidth in B/s for one in GB/s), and far from where time
/// overflows.
inline constexpr double kLongestTransferSeconds = 30.0 * 24 * 3600;

/// "noise", 1 where it is absent. Throws InputError for another mean than 1.
Distribution parse_noise(ParamReader& reader);
/// Throws InputError at `where` for a rate below 1 B/s or above 1e15.
void check_byte_rate(double rate, const std::string& where);

/// Reads one of: "time" (a law of durations); "bytes" with "bandwidth" and, optionally, "latency" and "noise"
/// (a law of numbers with mean 1); "measured", the name of a time of the GPU's profile, with "bytes" or
/// "count" where it grows with them, and the scatter of its samples as lognormal noise. Throws InputError for
/// none, for two of them, for noise of another mean, and for a time that the profile lacks. Requires: the
/// reader declares them all as optional.
PhaseTime parse_phase_time(ParamReader& reader, const PhaseGround& ground);

}  // namespace spillway
