#pragma once

#include "app/scenario/scenario.hpp"

namespace spillway {

/// Multiplies the rate of all traffic of a scenario by `factor`: recorded requests are left out, or copied
/// with their jitter, and generators made faster. Throws InputError for a source that waits for answers,
/// which has clients or sessions in the place of a rate. Requires: factor > 0.
void scale_load(Scenario& scenario, double factor);

}  // namespace spillway
