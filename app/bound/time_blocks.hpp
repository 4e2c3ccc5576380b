#pragma once

#include <cstddef>
#include <vector>

#include "app/bound/slot_demand.hpp"

namespace spillway {

/// One stretch of time, of which a programme of its own is made.
struct TimeBlock {
    double begin = 0;            ///< seconds since time 0
    std::vector<double> bounds;  ///< of its slots, from its begin
    std::size_t first = 0;       ///< of the items that arrive in it
    std::size_t last = 0;        ///< behind them
};

/// Cuts [0, horizon) where windows open and close, but no finer than a part of a typical window and in a
/// number of slots that is bounded, and groups the slots into blocks. `items` by arrival. Short traffic is
/// one block, and so is traffic whose windows are long against a block.
std::vector<TimeBlock> time_blocks(const std::vector<DemandItem>& items, double horizon);

}  // namespace spillway
