#pragma once

#include <cstdint>

namespace spillway {

/// What a router may ask of one worker's token-level engine, in tokens of KV memory.
struct EngineView {
    std::uint64_t kv_tokens = 0;      ///< that its memory holds
    std::uint64_t free_tokens = 0;    ///< of them, free or evictable: cached, and nobody uses them
    std::uint64_t queued_tokens = 0;  ///< prompts that wait to be scheduled, cached parts included
    std::uint64_t prefix_tokens = 0;  ///< of the request that is asked for: its cache holds them

    bool operator==(const EngineView&) const noexcept = default;
    /// What its requests make it hold or will: running ones with their answers so far (an engine that
    /// reserves memory holds all they may become), and the prompts of those that wait.
    std::uint64_t outstanding_tokens() const noexcept { return kv_tokens - free_tokens + queued_tokens; }
};

}  // namespace spillway
