#include "app/learn/replay_engine.hpp"

#include <algorithm>
#include <cmath>

#include "app/learn/figure_groups.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/engine_profile.hpp"
#include "models/llm/llm_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::size_t kMostReplayed = 4000;

void widen(LearnedRange& range, std::uint32_t value) {
    range = range[1] == 0 ? LearnedRange{value, value}
                          : LearnedRange{std::min(range[0], value), std::max(range[1], value)};
}

void widen_sequences(const ObservedRun& run, LearnedRange& range) {
    if (run.load == LoadKind::kClients) {
        widen(range, std::max(1U, std::min(run.clients, static_cast<std::uint32_t>(run.requests.size()))));
        return;
    }
    if (run.load == LoadKind::kRate) {
        double output = 0;
        for (const ObservedRequest& request : run.requests) output += request.output;
        output /= static_cast<double>(run.requests.size());
        // Little's law, as long as there are so many.
        const double together = std::ceil(run.rate * (run.ttft + run.tpot * output));
        widen(range, static_cast<std::uint32_t>(
                         std::clamp(together, 1.0, static_cast<double>(run.requests.size()))));
        return;
    }
    for (const std::uint32_t others : company_of(run)) widen(range, others + 1);
}

}  // namespace

RunRanges ranges_of(std::span<const ObservedRun> runs) {
    RunRanges ranges;
    for (const ObservedRun& run : runs) {
        widen_sequences(run, ranges.sequences);
        for (const ObservedRequest& request : run.requests) {
            widen(ranges.input_tokens, request.input);
            widen(ranges.output_tokens, request.output);
            ranges.longest = std::max(ranges.longest, request.input + request.output);
        }
    }
    return ranges;
}

std::vector<ObservedRun> runs_to_replay(std::span<const ObservedRun> runs) {
    std::vector<ObservedRun> usable;
    for (const ObservedRun& run : runs) {
        if (run.requests.empty())
            continue;
        ObservedRun& kept = usable.emplace_back(run);
        if (kept.requests.size() > kMostReplayed)
            kept.requests.resize(kMostReplayed);
    }
    return usable;
}

LearnedEngine engine_of_facts(const Observed& observed, const EndpointFacts& facts, const RunRanges& ranges) {
    const EngineProfile& profile = find_engine(facts.scheduler, "--engine");
    const auto profiles = gpu_profile_names();
    const bool known = std::find(profiles.begin(), profiles.end(), facts.gpu) != profiles.end();
    const EngineRules rules = known ? rules_on(profile, find_gpu_profile(facts.gpu, "--gpu")) : profile.rules;
    LearnedEngine engine;
    engine.llm = facts.llm;
    for (const ObservedSource& source : observed.sources) {
        if (engine.llm.empty())
            engine.llm = source.model;
    }
    if (const LlmSpec* llm = known_llm(engine.llm))
        engine.expert_share = llm->expert_share();
    engine.gpu = facts.gpu;
    engine.gpus = facts.gpus;
    engine.weights = facts.weights;
    engine.scheduler = facts.scheduler;
    engine.max_sequences = facts.max_sequences.value_or(rules.max_sequences);
    engine.max_batched_tokens = facts.max_batched_tokens.value_or(rules.max_batched_tokens);
    engine.block_tokens = observed.memory ? observed.memory->block_tokens : rules.block_tokens;
    if (observed.memory)
        engine.kv_blocks = observed.memory->blocks;
    if (facts.kv_blocks)
        engine.kv_blocks = facts.kv_blocks;
    if (engine.max_sequences > engine.max_batched_tokens) {
        throw InputError("--max-sequences", "more sequences than tokens in an iteration",
                         "--max-batched-tokens must be at least --max-sequences");
    }
    engine.sequences = ranges.sequences;
    engine.input_tokens = ranges.input_tokens;
    engine.output_tokens = ranges.output_tokens;
    return engine;
}

ReplayEngine replay_engine(const LearnedEngine& engine, const RunRanges& ranges) {
    ReplayEngine replayed{find_engine(engine.scheduler, "--engine").rules, engine.expert_share};
    EngineRules& rules = replayed.rules;
    rules.max_sequences = engine.max_sequences;
    rules.max_batched_tokens = engine.max_batched_tokens;
    rules.block_tokens = engine.block_tokens;
    rules.front_time = rules.front_token_time = Duration{0};
    // Engines that take whole prompts need room for one beside all decodes.
    if (rules.prefill == PrefillMode::kMixedPrompts)
        rules.max_batched_tokens =
            std::max(rules.max_batched_tokens, ranges.input_tokens[1] + rules.max_sequences);
    rules.max_context = ranges.longest + 2;
    const std::uint64_t each = rules.blocks_for(rules.max_context);
    rules.kv_blocks = std::max(each, engine.kv_blocks.value_or(each * rules.max_sequences));
    return replayed;
}

}  // namespace spillway
