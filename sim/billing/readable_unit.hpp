#pragma once

#include <string_view>

#include "sim/billing/price.hpp"

namespace spillway {

/// The unit in which people read usage of one measure, and how many base units it has.
struct ReadableUnit {
    double base_units;
    std::string_view name;  ///< "GPU-s", "vCPU-s", "GiB-s", "GB", "tokens", "requests"
};

ReadableUnit readable_unit_of(Measure measure) noexcept;

}  // namespace spillway
