#pragma once

#include <cstdint>
#include <vector>

#include "models/llm/sequence.hpp"
#include "models/llm/step_time.hpp"
#include "sim/fleet/token_observer.hpp"

namespace spillway {

/// The running sequences at some boundary, as far as it decides when one of them can end.
struct DecodeOutlook {
    std::uint32_t sequences = 0;       ///< that decode
    std::uint64_t kv_tokens = 0;       ///< of theirs, in memory
    std::uint64_t iterations = 0;      ///< until the first of those that decode ends, if they all take part
    std::uint32_t prompt_outputs = 0;  ///< tokens that the unfinished prompt will make; 0: there is none
};

/// All sequences of an engine that decode, advanced together: each takes part in every decode iteration, so
/// that one count and one sum stand for all of them. A sequence's own figures are as of when it was last
/// brought up to date.
class DecodeGroup {
public:
    /// `table` outlives it.
    DecodeGroup(std::vector<Sequence>& table, const EngineRules& rules)
        : table_(table), rules_(rules), residues_(rules.block_tokens) {}

    std::uint32_t size() const noexcept { return size_; }
    std::uint64_t kv_tokens() const noexcept { return kv_tokens_; }
    DecodeOutlook outlook() const noexcept {
        return {size_, kv_tokens_, ends_.empty() ? 0 : ends_.front().at - decoded_, 0};
    }

    /// A sequence that has just got a token and will get more.
    void join(std::uint32_t sequence);
    /// One that does not go on; it is up to date afterwards.
    void leave(std::uint32_t sequence);
    /// Forgets everything and takes `sequences`, which are up to date.
    void rebuild(const std::vector<std::uint32_t>& sequences);
    /// Brings one up to date.
    void bring_up(std::uint32_t sequence);

    /// New blocks that `iterations` of all need, from `skip` iterations ahead; none where they are reserved.
    std::uint64_t blocks_needed(std::uint64_t skip, std::uint64_t iterations) const noexcept;
    /// Largest number of iterations, up to `wanted`, from `skip` ahead, that `blocks` suffice for.
    std::uint64_t iterations_within(std::uint64_t blocks, std::uint64_t skip,
                                    std::uint64_t wanted) const noexcept;

    /// They take part in so many iterations, of which the last ends at `end`.
    /// Appends those that have made all their tokens to `done`; they have left the group.
    void advance(std::uint64_t iterations, Ticks end, std::vector<std::uint32_t>& done);

    /// Reports the gaps between tokens of the first iteration of a run, which ends at `first_end`.
    void report_first_gaps(Ticks first_end, TokenObserver& observer) const;
    /// Whether all had their last token at `boundary`.
    bool in_step(Ticks boundary) const noexcept { return joins_.empty() && last_decode_ == boundary; }

private:
    struct End {
        std::uint64_t at;  // count of decode iterations
        std::uint64_t joined;
        std::uint32_t sequence;
        bool operator>(const End& other) const noexcept {
            return at != other.at ? at > other.at : joined > other.joined;
        }
    };
    struct Joins {
        Ticks at;
        std::uint32_t sequences;
    };
    std::uint32_t& residue_of(std::uint64_t computed) noexcept {
        return residues_[(computed + residues_.size() - decoded_ % residues_.size()) % residues_.size()];
    }
    std::uint32_t blocks_in(std::uint64_t iteration) const noexcept {
        return residues_[(residues_.size() - iteration % residues_.size()) % residues_.size()];
    }
    void enter(std::uint32_t sequence);
    void forget(std::uint32_t sequence);

    std::vector<Sequence>& table_;
    const EngineRules& rules_;
    std::uint32_t size_ = 0;
    std::uint64_t kv_tokens_ = 0;
    std::uint64_t decoded_ = 0;  // decode iterations so far
    std::vector<End> ends_;      // a heap, the first on top
    std::vector<std::uint32_t>
        residues_;              // how many need a new block in an iteration, by its count modulo size
    Ticks last_decode_{0};      // end of the last decode iteration
    std::vector<Joins> joins_;  // of those that got their first token after it
};

}  // namespace spillway
