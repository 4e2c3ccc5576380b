#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/int128.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// Something by owner: the classes by ClassId, and behind them the pool itself, which owns what no request
/// caused. Only proportions matter.
using OwnerShares = std::vector<Int128>;

/// Who caused what one pool used, line by line of its bill. Time is in 2^-20 nanoseconds.
struct ChargeShares {
    OwnerShares busy;      ///< attempts that completed, by their share of their worker's time
    OwnerShares draining;  ///< the same on workers that drain
    OwnerShares failed;    ///< attempts that did not complete, and starts that came to nothing
    OwnerShares idle;      ///< idle time-outs running out, behind the last request of their worker
    OwnerShares rounding;  ///< of lives, by who used them
    std::array<OwnerShares, kWorkerStates> states;  ///< start states by who caused the start; after the end
                                                    ///< by the last request
    std::vector<std::int64_t> requests;             ///< completed, by ClassId
    std::vector<std::int64_t> input_tokens;
    std::vector<std::int64_t> output_tokens;

    explicit ChargeShares(std::size_t classes)
        : busy(classes + 1),
          draining(classes + 1),
          failed(classes + 1),
          idle(classes + 1),
          rounding(classes + 1),
          requests(classes),
          input_tokens(classes),
          output_tokens(classes) {
        states.fill(OwnerShares(classes + 1));
    }
};

}  // namespace spillway
