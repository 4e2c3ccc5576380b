#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/fleet/request_source.hpp"

namespace spillway {

/// Keeps the prefix blocks of the arrival that was handed out last while its source is read further.
class KeptBlocks {
public:
    /// Points `arrival` at a copy of its blocks, valid until the next call.
    void keep(Arrival& arrival) {
        if (arrival.prefix_blocks.empty())
            return;
        blocks_.assign(arrival.prefix_blocks.begin(), arrival.prefix_blocks.end());
        arrival.prefix_blocks = blocks_;
    }

private:
    std::vector<std::uint64_t> blocks_;
};

}  // namespace spillway
