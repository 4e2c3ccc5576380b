#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/llm/kv_memory.hpp"
#include "sim/core/linked_list.hpp"
#include "sim/core/ticks.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Whether and where a sequence takes part in its engine.
enum class SequencePlace : std::uint8_t { kNowhere, kWaiting, kRunning };

/// One request inside an engine. A sequence of p prompt and m made tokens has all of them but the last in KV
/// memory while it decodes; after a preemption it computes all p + m again.
struct Sequence {
    // What every iteration looks at comes first.
    Ticks last_token{0};         ///< when it got its last token so far
    std::uint32_t made = 0;      ///< output tokens so far
    std::uint32_t computed = 0;  ///< tokens in KV memory
    std::uint32_t input = 0;
    std::uint32_t output = 0;  ///< tokens that it will make
    KvHolding holding;
    ListLinks links;                  ///< in the list of those on their way to the queue
    std::uint64_t brought_up_to = 0;  ///< for BatchEngine: its count of decode iterations when the above held
    SequencePlace place = SequencePlace::kNowhere;
    bool decodes = false;  ///< its prompt is computed, and what it made since
    bool leaving = false;  ///< its client is gone; nothing of it is reported
    bool paced = false;    ///< its client reads the tokens at a pace of its own

    RequestSlot slot;
    Ticks visible_at{0};         ///< when the engine's queue sees it
    std::uint64_t admitted = 0;  ///< counts the engine's admissions
    std::uint64_t joined = 0;    ///< counts how often any sequence was scheduled first or again
    std::int64_t rank = 0;       ///< smaller goes first, before the order of coming
    std::uint64_t came = 0;      ///< counts the sequences that the engine's queue has seen
    std::uint32_t may_make = 0;  ///< max_tokens, as far as the context allows
    std::uint32_t cut = 0;       ///< tokens of the answer that this leaves out
    std::uint32_t preemptions = 0;
    std::optional<SimTime> scheduled;
    SimTime first_token;
    Ticks reader{0};  ///< where paced: the largest t_i - i p of its tokens so far (ReadPace)
    std::vector<std::uint64_t> prefix_ids;

    /// Tokens that must be in KV memory before the next one is made.
    std::uint32_t goal() const noexcept { return input + made; }
};

}  // namespace spillway
