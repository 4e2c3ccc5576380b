#pragma once

#include <string>

#include "sim/core/config.hpp"

namespace spillway {

/// A pool as candidates name it: "gpu", or "gpu on L40S" where that is another GPU than the scenario's.
struct NamedPool {
    ConfigNode node;
    std::string label;
};

NamedPool named_pool(ConfigNode pool);

}  // namespace spillway
