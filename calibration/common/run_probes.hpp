#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "calibration/common/probe.hpp"
#include "calibration/common/sample_file.hpp"

namespace spillway {

/// What to measure, and how well.
struct ProbePlan {
    Effort effort = Effort::kNormal;
    StopRule rule;
    std::vector<std::string> probes;  ///< by name; empty: all
    int rounds = 2;                   ///< each in an order of its own; a file says how far they lie apart
    std::uint64_t order_seed = 1;     ///< of the orders in which points are measured
    double sentinel_every_seconds = 30;
    double cool_down_seconds = 5;  ///< rest after a throttled point, before it is measured once more
};

/// What a suite asks of the world besides its backend, so that a test can turn the clock by hand.
struct ProbeWorld {
    std::function<double()> seconds;  ///< of a clock that never goes back
    std::function<void(double seconds)> rest;
    std::function<void(const std::string& line)> say;  ///< progress, for people
};
ProbeWorld real_probe_world(std::function<void(const std::string& line)> say);

/// Measures every point of the plan: in random order, `rounds` times, each until the stop rule is content. A
/// point that the machine cannot do or that goes wrong is among the skipped, with the reason. Points measured
/// while the device was held back, ran below 90 % of its highest clock so far, or while the sentinel had
/// moved by more than 3 % are measured once more after a rest and then marked; after five rests in a row that
/// did not help, they are only marked. Throws InputError for a probe that the backend lacks. The provenance
/// is the caller's to add.
SampleFile run_probes(ProbeBackend& backend, const ProbePlan& plan, const ProbeWorld& world);

}  // namespace spillway
