#pragma once

#include <cstdint>

#include "sim/core/ticks.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// How prompts and decoding share an iteration.
enum class PrefillMode : std::uint8_t {
    kMixedChunks,   ///< prompts are cut to what the token budget leaves beside the decodes (vLLM)
    kMixedPrompts,  ///< beside the decodes, but whole (TensorRT-LLM without chunked context)
    kPromptsFirst,  ///< prompts alone, in chunks, while any can be taken; then decodes (SGLang)
};

/// When a sequence gets its KV blocks.
enum class KvPolicy : std::uint8_t {
    kOnDemand,  ///< as it grows; when none is left, a victim is preempted and recomputed
    kReserved,  ///< for its prompt and its max_tokens on admission; nobody is preempted
};

/// Who is admitted first. Nothing looks at the true output length.
enum class QueueOrder : std::uint8_t { kFirstCome, kPriority, kShortestPrompt };

/// Who is preempted.
enum class Victim : std::uint8_t { kLastAdmitted, kFewestOutputs };

/// What an engine's scheduler is told. Counts of tokens, blocks and sequences.
struct EngineRules {
    PrefillMode prefill = PrefillMode::kMixedChunks;
    KvPolicy kv = KvPolicy::kOnDemand;
    QueueOrder order = QueueOrder::kFirstCome;
    Victim victim = Victim::kLastAdmitted;
    std::uint32_t max_sequences = 256;        ///< running at once; at most max_batched_tokens
    std::uint32_t max_batched_tokens = 8192;  ///< in one iteration
    std::uint32_t block_tokens = 16;
    std::uint64_t kv_blocks = 0;           ///< that the GPU memory holds
    std::uint32_t max_context = 0;         ///< prompt and output of one request
    std::uint32_t default_max_tokens = 0;  ///< of requests that state none; 0: what the context leaves
    double admission_reserve =
        0;  ///< on demand: share of all outstanding max_tokens that must fit beside a new one
    std::uint32_t reserve_tokens = 0;  ///< of each of them, so many count at most; 0: all
    bool overlapped = false;  ///< an iteration is planned while the one before runs: it sees what had come by
                              ///< that one's begin, unless the engine stood idle
    std::uint32_t wait_iterations = 0;  ///< at most so many, prompts wait beside decodes for more of them ...
    double wait_share = 0;              ///< ... until they fill this share of max_batched_tokens
    bool prefix_cache = false;
    std::uint32_t prefix_unit = 16;  ///< tokens that are cached and found as one
    std::uint32_t block_units = 1;   ///< such units that one of a request's prefix_blocks stands for
    double shared_prefix = 0;  ///< of requests without prefix_blocks: share of the prompt that all begin with
    Duration front_time{0};    ///< of the API server for a request; it takes one at a time
    Duration front_token_time{0};  ///< and for each token of its prompt
    Duration request_overhead{0};  ///< from there to the engine's queue, beside others
    Duration send_time{0};         ///< of a token to its client
    Ticks read_period{0};  ///< a client takes a token so often at most; at least send_time. 0: at once

    std::uint32_t blocks_for(std::uint32_t tokens) const noexcept {
        return (tokens + block_tokens - 1) / block_tokens;
    }
};

}  // namespace spillway
