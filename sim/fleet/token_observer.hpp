#pragma once

#include <cstdint>

#include "sim/core/ticks.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// Times between one token of a sequence and the next: those of a run of iterations, each longer than the one
/// before it by `growth`, and each seen by `sequences` sequences. The gap of iteration j, from 0, is
/// floor_duration(first + j growth); where there are several, each begins when the one before it ends.
struct TokenGaps {
    Ticks first{0};
    Ticks growth{0};  ///< 0 or more
    std::uint64_t iterations = 0;
    std::uint32_t sequences = 0;
    Ticks begin{0};  ///< of the first one
    Ticks end{0};    ///< of the last one: the moment of its tokens; begin + time(iterations)

    /// How long the first `count` iterations take together. Requires count < 2^32.
    Ticks time(std::uint64_t count) const noexcept {
        return first * Ticks{count} + growth * Ticks{count * (count - 1) / 2};
    }
};

/// What the engine of one worker reports its tokens to, a run of iterations at a time. It may report late,
/// but before the run that a request of its ends with is over, and never what has not happened yet.
class TokenObserver {
public:
    virtual ~TokenObserver() = default;
    virtual void gaps(const TokenGaps& gaps) = 0;
};

/// Receives the gaps between tokens of a run: those whose later token came inside the measured window.
class GapObserver {
public:
    virtual ~GapObserver() = default;
    virtual void gaps(PoolId pool, const TokenGaps& gaps) = 0;
};

}  // namespace spillway
