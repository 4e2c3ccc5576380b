#pragma once

#include <span>
#include <vector>

#include "app/learn/engine_replay.hpp"
#include "app/learn/learn_engine.hpp"

namespace spillway {

/// Least and most of what the runs had.
struct RunRanges {
    LearnedRange sequences{};  ///< at once on one worker
    LearnedRange input_tokens{};
    LearnedRange output_tokens{};
    std::uint32_t longest = 0;  ///< prompt and answer of one request
};

RunRanges ranges_of(std::span<const ObservedRun> runs);

/// Those whose requests have tokens and times, each cut to its first 4,000 requests: more tell no more, and
/// take time.
std::vector<ObservedRun> runs_to_replay(std::span<const ObservedRun> runs);

/// The engine's limits and what is known of it, without its coefficients. Throws InputError for a scheduler
/// that the catalogue does not know; a GPU may be one of a scenario's own.
LearnedEngine engine_of_facts(const Observed& observed, const EndpointFacts& facts, const RunRanges& ranges);

/// Its rules for replays: its KV memory where that is known and holds each request, otherwise memory for all.
ReplayEngine replay_engine(const LearnedEngine& engine, const RunRanges& ranges);

}  // namespace spillway
