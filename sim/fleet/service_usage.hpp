#pragma once

#include <algorithm>
#include <cstdint>

namespace spillway {

/// What token-level engines did. All of it is 0 for models that know no tokens.
struct ServiceUsage {
    std::uint64_t iterations = 0;      ///< that ended
    std::uint64_t runs = 0;            ///< stretches of iterations that were worked out at once and ended
    std::uint64_t prefill_tokens = 0;  ///< computed for prompts, those redone after preemptions included
    std::uint64_t cached_tokens = 0;   ///< of scheduled prompts, found in the prefix cache instead
    std::uint64_t output_tokens = 0;
    std::uint64_t preemptions = 0;
    std::uint64_t redone_tokens = 0;   ///< thrown away by preemptions
    std::uint64_t peak_kv_blocks = 0;  ///< in use at once by one engine
    std::uint64_t kv_blocks = 0;       ///< that one engine has
    std::uint64_t longest_prompt = 0;  ///< tokens, of those scheduled
    std::uint64_t largest_batch = 0;   ///< sequences in memory at once in one engine

    bool operator==(const ServiceUsage&) const noexcept = default;
    /// Of engines of one pool, or of one engine at different times.
    void add(const ServiceUsage& other) noexcept {
        iterations += other.iterations;
        runs += other.runs;
        prefill_tokens += other.prefill_tokens;
        cached_tokens += other.cached_tokens;
        output_tokens += other.output_tokens;
        preemptions += other.preemptions;
        redone_tokens += other.redone_tokens;
        peak_kv_blocks = std::max(peak_kv_blocks, other.peak_kv_blocks);
        kv_blocks = std::max(kv_blocks, other.kv_blocks);
        longest_prompt = std::max(longest_prompt, other.longest_prompt);
        largest_batch = std::max(largest_batch, other.largest_batch);
    }
};

}  // namespace spillway
