#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/cold_start/phase_time.hpp"
#include "models/cold_start/start_ground.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// Bytes that a phase moves over links which other transfers use too.
struct PhaseHaul {
    Duration latency{0};  ///< before the first byte
    double bytes = 0;
    Distribution noise = Distribution::constant(1);  ///< multiplies the bytes; mean 1
    std::optional<double> limit{};                   ///< bytes a second at most, whatever the links have
    std::vector<LinkId> over{};
    bool over_nic = false;   ///< also over its host's NIC, where it has one
    bool over_disk = false;  ///< also over its host's disk
};

/// What a phase needs, and how it is passed by where that lies. A value type.
struct PhaseNeed {
    std::optional<Stored> stored{};   ///< an image or weights; its version is that of the start
    std::optional<PhaseHaul> away{};  ///< from elsewhere, in place of the phase's own time
    PhaseTime on_disk = PhaseTime::law(Distribution::constant(0));
    std::optional<PhaseHaul> from_disk{};  ///< in place of on_disk
    PhaseTime in_memory = PhaseTime::law(Distribution::constant(0));
};

}  // namespace spillway
