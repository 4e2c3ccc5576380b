#pragma once

#include <string>

#include "app/scenario/scenario.hpp"

namespace spillway {

/// `pool` with the price that it would have on another GPU: the first of the price book from the same
/// platform, offer and size of instance, else none. A pool whose price its platform sets stays as it is: the
/// platform sets the other GPU's.
ConfigNode priced_for(const ConfigNode& pool, const Scenario& scenario, const std::string& gpu);

}  // namespace spillway
