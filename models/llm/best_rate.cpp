#include "models/llm/best_rate.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

std::uint32_t whole(double value) { return static_cast<std::uint32_t>(std::lround(std::max(value, 0.0))); }

/// Sequences that run at once.
double full_batch(const EngineRules& rules, const MeanRequest& mean, int concurrency) {
    const double prompt = mean.prompt + mean.cached;
    const double held = rules.kv == KvPolicy::kReserved ? prompt + mean.output : prompt + mean.output / 2;
    const double memory = static_cast<double>(rules.kv_blocks) * rules.block_tokens / std::max(held, 1.0);
    const double slots = std::min(static_cast<double>(concurrency), static_cast<double>(rules.max_sequences));
    return std::max(1.0, std::min(slots, memory));
}

/// Adds `tokens` of prompts to an iteration.
void add_prompts(const EngineSetup& setup, const MeanRequest& mean, double tokens, StepShape& shape) {
    if (mean.prompt < 1)
        return;
    const double prompts = tokens / mean.prompt;
    const Ticks each = setup.step.prefill_attention(whole(mean.cached), whole(mean.prompt));
    shape.prefill_tokens = std::min(whole(tokens), setup.rules.max_batched_tokens - shape.decodes);
    shape.prefill_attention = static_cast<Ticks>(static_cast<double>(each) * prompts);
    shape.emitting = std::min(shape.emitting + whole(prompts), setup.rules.max_sequences);
}

}  // namespace

double best_rate(const EngineSetup& setup, const MeanRequest& mean, int concurrency) {
    if (mean.prompt + mean.output <= 0)
        return 0;
    const EngineRules& rules = setup.rules;
    const double outputs = std::max(mean.output, 1.0);
    const double budget = rules.max_batched_tokens;
    const bool apart = rules.prefill == PrefillMode::kPromptsFirst;
    double batch = full_batch(rules, mean, concurrency);
    // As many prompts come as answers end.
    if (!apart)
        batch = std::min(batch, std::max(1.0, budget / (1 + mean.prompt / outputs)));
    StepShape decode;
    decode.decodes = decode.emitting = std::max(1U, whole(batch));
    decode.kv_tokens = static_cast<std::uint64_t>(decode.decodes * (mean.prompt + mean.cached + outputs / 2));
    const double plain = to_seconds(setup.step.of(decode));
    // Iterations with prompts, of `outputs` in which every sequence of the batch ends once.
    StepShape mixed = apart ? StepShape{} : decode;
    const double room = std::max(1.0, budget - mixed.decodes);
    const double chunks = decode.decodes * std::max(1.0, std::ceil(mean.prompt / room));
    const double with_prompts = apart ? decode.decodes * mean.prompt / budget : std::min(chunks, outputs);
    add_prompts(setup, mean, decode.decodes * mean.prompt / with_prompts, mixed);
    const double plain_ones = apart ? outputs : outputs - with_prompts;
    const double seconds = plain_ones * plain + with_prompts * to_seconds(setup.step.of(mixed));
    return decode.decodes / seconds;
}

}  // namespace spillway
