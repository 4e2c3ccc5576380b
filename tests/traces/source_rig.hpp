#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"
#include "traces/registry.hpp"

namespace spillway::tests {

/// A configuration value from JSON text; places begin with "test: source".
ConfigNode config_from(std::string_view json);

/// Builds sources as a run would, under seed 1 unless told otherwise.
struct SourceRig {
    RunSeed seed;
    SimTime begin;
    std::optional<SimTime> end;
    std::int64_t wall_clock = 0;
    std::filesystem::path folder = {};
    EntityCounter entities = {};
    ReadLog reads = {};

    SourceContext context();
    std::unique_ptr<RequestSource> make(std::string_view json);
};

/// All arrivals of a source that does not wait for answers. Their prefix blocks are not kept.
std::vector<Arrival> drain(RequestSource& source);
std::vector<Arrival> drain(std::unique_ptr<RequestSource> source);

/// Drains a source made from `json` by a fresh rig with that horizon.
std::vector<Arrival> arrivals_of(std::string_view json, std::optional<Duration> horizon = std::nullopt);

/// The moments alone, in seconds.
std::vector<double> seconds_of(const std::vector<Arrival>& arrivals);

struct Moments {
    double mean = 0;
    double variance = 0;
    double cv() const;
    double dispersion() const { return variance / mean; }
};
Moments moments_of(const std::vector<double>& values);
/// Of the gaps between consecutive arrivals, in seconds.
Moments gap_moments(const std::vector<Arrival>& arrivals);
/// Of the arrivals in each bin from 0 to `horizon`.
Moments count_moments(const std::vector<Arrival>& arrivals, Duration bin, Duration horizon);

/// Fails the test case unless `json` is refused at a place that ends in `place`, with a problem that holds
/// `problem`.
void require_refused(std::string_view json, const std::string& place, const std::string& problem,
                     std::optional<Duration> horizon = std::nullopt);

}  // namespace spillway::tests
