#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// How far a model's times are off where nobody had fitted them: the mean of the absolute relative error, or
/// that nobody has said.
struct StatedError {
    std::string profile;         ///< "H100 step times (vllm)"
    std::optional<double> mean;  ///< a share; empty: none stated
    bool operator==(const StatedError&) const = default;
};

/// The mean of absolute errors of a normal law with that median of them.
constexpr double mean_error_of_median(double median) noexcept { return 1.18295 * median; }

/// What the times of a model are multiplied by whose error has that mean, at probability `u`: log-normal of
/// mean 1, so that errors do not make models slower on the whole. 1 for an error of 0. Requires: 0 < u < 1.
double error_factor(double mean_error, double u);

/// `time` multiplied; by 1 exactly as it was.
inline Duration scaled(Duration time, double factor) {
    return factor == 1 ? time : from_seconds(to_seconds(time) * factor);
}

/// The errors of all models of a run, and what was drawn for them. Owned by whoever builds the models.
class ModelErrors {
public:
    /// Empty: nothing is drawn, and every factor is 1.
    explicit ModelErrors(std::optional<RunSeed> seed = std::nullopt) : seed_(seed) {}

    /// What the times of `profile` are multiplied by: its own draw of the replication, the same wherever that
    /// profile is used. 1 where no error is stated.
    double factor(std::string_view profile, std::optional<double> mean_error);

    /// Every profile that was asked for, once, as it came.
    const std::vector<StatedError>& stated() const noexcept { return stated_; }

private:
    std::optional<RunSeed> seed_;
    std::vector<StatedError> stated_;
};

/// "error": what a scenario says of how far its own figures are off.
inline constexpr ParamSpec kErrorParam = optional_param(
    "error", ParamKind::kRatio,
    "how far these times may be off, the mean of the absolute error as a share, below 1: studies "
    "draw it; default: none stated");

/// Reads kErrorParam. Throws InputError for 1 and above.
std::optional<double> read_error(ParamReader& reader);

}  // namespace spillway
