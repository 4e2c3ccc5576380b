#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/startup_model.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// So many first starts of a pool are looked at. A bound holds for runs that begin no more of them.
constexpr std::uint64_t kStartsLookedAt = 1 << 17;

/// The shortest among a pool's first starts, as they are drawn, by the time that `billed` charges.
struct LeastStart {
    Duration shortest{0};  ///< from the first phase to ready, billed or not
    Duration billed{0};    ///< from its first phase to ready
    Duration tail{0};      ///< of that, the part right before it is ready without unbilled time in between
    Duration longest{0};   ///< from the first phase to ready, billed or not
};

/// Which states of a start count. Indexed by StartPhase.
using BilledPhases = std::array<bool, kStartPhases>;

/// Begins the starts one by one, each alone: the model must be fresh, and is not fresh afterwards. Zero
/// throughout when what earlier starts leave behind can make later ones shorter.
LeastStart least_start(StartupModel& startup, const BilledPhases& billed);

/// How long each of the first `count` starts takes, alone; for one that fails, until it does. The model must
/// be fresh, and is not fresh afterwards.
std::vector<Duration> start_times(StartupModel& startup, std::size_t count);

}  // namespace spillway
