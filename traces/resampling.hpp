#pragma once

#include <memory>
#include <optional>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace spillway {

class Recordings;

/// How recorded traffic is made anew, block by block (traces/combine/block_plan.hpp). A value type.
struct Resampling {
    RunSeed seed = {};
    std::optional<Duration> block = {};  ///< empty: an hour, or a 20th of a trace that is under 20 hours
    /// The traces that were read already. Shared by the runs of a study, some of which may outlive it; empty:
    /// a run reads its own.
    std::shared_ptr<Recordings> recordings = {};
};

}  // namespace spillway
