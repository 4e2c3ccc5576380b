#pragma once

#include <optional>

#include "app/scenario/scenario.hpp"

namespace spillway {

/// How long a fleet under stationary traffic still feels how it began.
struct Transient {
    Duration length{0};  ///< of the measured window
    bool ends = true;    ///< false: half of the window would not be enough to drop
};

/// Runs the scenario a few times with draws that no study uses and looks for the truncation of MSER-5 in the
/// mean total of the k-th request. Empty unless all traffic is stationary: of sources whose law does not
/// change with time. Lengths below a twentieth of the window are none: they are what MSER finds in noise.
std::optional<Transient> find_transient(const Scenario& scenario);

}  // namespace spillway
