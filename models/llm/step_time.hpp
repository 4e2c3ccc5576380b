#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/ticks.hpp"

namespace spillway {

/// What one iteration of the engine works on. The attention of decoding sequences depends on them only
/// through their number and the sum of their KV lengths.
struct StepShape {
    std::uint32_t decodes = 0;         ///< sequences that add one token each
    std::uint64_t kv_tokens = 0;       ///< that they read in all, the new ones included
    std::uint32_t prefill_tokens = 0;  ///< computed for prompts
    Ticks prefill_attention{0};        ///< sum over prompt chunks of StepTime::prefill_attention()
    std::uint32_t emitting = 0;        ///< sequences that get a token: the decodes and the prompts that end
};

/// A line in the KV total: base + per_token x kv_tokens.
struct KvLine {
    Ticks base{0};
    std::int64_t per_token = 0;  ///< ticks, 0 or more
    Ticks at(std::uint64_t kv_tokens) const noexcept {
        return base + Ticks{per_token} * static_cast<std::int64_t>(kv_tokens);
    }
};

/// A line and where it ends.
struct KvPiece {
    KvLine line;
    std::uint64_t end = 0;  ///< holds for KV totals below it
};

/// What the time of an iteration is put together from. With n = decodes + prefill_tokens:
///   device = tokens[n] + attention(decodes, kv_tokens) + prefill_attention + head[emitting]
///   time   = max(device, host) + serial_step + serial_sequence x emitting
///            + with prompts: serial_prompt_step + serial_token x prefill_tokens
/// where tokens and host are prompt_tokens and host_prefill in an iteration with prompts, and attention is
/// the largest of attention[decodes]'s lines (0 without decodes).
struct StepTables {
    std::vector<Ticks> tokens;                   ///< by n, from 0; as many as the engine may batch
    std::vector<Ticks> prompt_tokens;            ///< as many; empty: as tokens
    std::vector<Ticks> head;                     ///< by emitting, from 0
    std::vector<std::vector<KvLine>> attention;  ///< by decodes, from 0
    std::vector<Ticks> prefill_context;          ///< A(s) at multiples of kContextStep tokens, from 0
    Ticks host_decode{0};
    Ticks host_prefill{0};
    Ticks serial_step{0};
    Ticks serial_sequence{0};
    Ticks serial_prompt_step{0};
    Ticks serial_token{0};
};

/// The time of one iteration as whole ticks. Nothing in it decreases when any part of a StepShape grows: the
/// engine relies on it. Where tables do decrease, the constructor lifts them to their running maximum.
/// Immutable; shared by the workers of a pool.
class StepTime {
public:
    static constexpr std::uint32_t kContextStep = 64;

    /// Requires tables of at least two entries each and at least 1 us for the shortest iteration (CHECK).
    explicit StepTime(StepTables tables);

    /// The piece of an iteration without prompts that holds at this KV total. Requires 1 <= decodes.
    const KvPiece& decode_piece(std::uint32_t decodes, std::uint64_t kv_tokens) const noexcept {
        const std::vector<KvPiece>& pieces = pieces_[decodes];
        std::size_t i = 0;
        while (pieces[i].end <= kv_tokens) ++i;
        return pieces[i];
    }

    /// A(prefix + chunk) - A(prefix): attention of `chunk` new prompt tokens after `prefix` others.
    Ticks prefill_attention(std::uint32_t prefix, std::uint32_t chunk) const noexcept {
        return context(prefix + chunk) - context(prefix);
    }

    Ticks of(const StepShape& shape) const noexcept;

    /// The same with every part of it multiplied; by 1 exactly the same. Requires: factor > 0, and what the
    /// constructor requires.
    StepTime scaled(double factor) const;

    /// The same without the host's launches, which no iteration then waits for.
    StepTime without_host() const;

    /// No iteration is shorter.
    Ticks shortest() const noexcept { return shortest_; }

private:
    void build_pieces();
    Ticks context(std::uint32_t tokens) const noexcept;

    StepTables tables_;
    std::vector<std::vector<KvPiece>> pieces_;  // by decodes
    Ticks shortest_{0};
};

/// The largest of `lines` as pieces that cover every KV total, exactly. Requires at least one line.
std::vector<KvPiece> upper_envelope(const std::vector<KvLine>& lines);

}  // namespace spillway
