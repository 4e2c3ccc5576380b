#pragma once

#include <cstdint>
#include <string_view>

#include "sim/core/config.hpp"

namespace spillway {

/// The file with that member in each of its sources of traffic, or the lower one that a source has already.
ConfigNode with_source_limit(const ConfigNode& root, std::string_view member, std::uint32_t limit);

}  // namespace spillway
