#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace spillway {

/// The number of the minute that `now` lies in: with it, draws about hosts are keyed, so that what happens
/// there at a time does not depend on what a policy did before.
inline std::uint32_t time_slot(SimTime now) {
    return static_cast<std::uint32_t>(
        std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()).count() + (std::int64_t{1} << 31));
}

}  // namespace spillway
