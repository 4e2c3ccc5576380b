#pragma once

#include <string>
#include <string_view>

#include "models/cold_start/parse_need.hpp"
#include "models/model_error.hpp"

namespace spillway {

/// What is stated of a phase's error: its own "error", which is its pool's alone; else that of its loader on
/// its storage, or of the time that its GPU's profile has measured, wherever they are used. Of other phases
/// nothing is. Requires: `reader` is a phase's and was read by parse_phase_ways().
StatedError error_of_phase(ParamReader& reader, const std::string& name, const GpuProfile* profile,
                           std::string_view pool);

/// Multiplies a phase's times. Links and disks that it shares stay as fast as they are.
void scale(PhaseWays& ways, double factor);

}  // namespace spillway
