#pragma once

#include <cstdint>

#include "models/llm/ticks.hpp"

namespace spillway {

/// Times between one token of a sequence and the next: `iterations` of them, each growing on the one before
/// by `growth`, and each seen by `sequences` sequences.
struct TokenGaps {
    Ticks first{0};
    Ticks growth{0};
    std::uint64_t iterations = 0;
    std::uint32_t sequences = 0;
    SimTime end;  ///< of the last one
};

/// Receives every gap between tokens, a run of iterations at a time.
class TokenObserver {
public:
    virtual ~TokenObserver() = default;
    virtual void gaps(const TokenGaps& gaps) = 0;
};

}  // namespace spillway
