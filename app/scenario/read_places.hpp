#pragma once

#include "app/scenario/scenario.hpp"

namespace spillway {

/// Reads where GPUs come from: "supplies", "zones" and "hosts" of a scenario. Throws InputError for a name
/// twice, an unknown one, and a group without hosts or GPUs.
void read_places(ParamReader& reader, Scenario& scenario);

}  // namespace spillway
