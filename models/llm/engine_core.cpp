#include "models/llm/engine_core.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.hpp"

namespace spillway {

std::uint64_t EngineCore::outstanding_tokens(const Sequence& sequence) const {
    const std::uint32_t tokens = sequence.may_make - sequence.made;
    return rules.reserve_tokens == 0 ? tokens : std::min(tokens, rules.reserve_tokens);
}

/// Whether, beside `blocks` for the newcomer, a share of everything outstanding would fit.
bool EngineCore::reserve_fits(const Sequence& sequence, std::uint64_t blocks) const {
    if (running.empty())
        return true;
    std::uint64_t tokens = outstanding_tokens(sequence);
    for (const std::uint32_t number : running) tokens += outstanding_tokens(sequences[number]);
    const double reserve =
        std::ceil(rules.admission_reserve * static_cast<double>(tokens) / rules.block_tokens);
    return static_cast<double>(blocks) + reserve <= static_cast<double>(memory.available());
}

bool EngineCore::schedule_head(StepPlan& plan, Ticks now) {
    if (plan.budget == 0 || running.size() >= rules.max_sequences)
        return false;
    const std::uint32_t number = line.head();
    Sequence& sequence = sequences[number];
    const std::uint32_t hits = memory.match(sequence.prefix_ids, sequence.goal());
    const std::uint32_t cached = hits * rules.prefix_unit;
    const std::uint32_t left = sequence.goal() - cached;
    // After a preemption there may be more to compute than an iteration takes: that comes in chunks.
    if (rules.prefill == PrefillMode::kMixedPrompts && left > plan.budget && left <= rules.max_batched_tokens)
        return false;
    const std::uint32_t tokens = std::min(left, plan.budget);
    const std::uint32_t whole = rules.kv == KvPolicy::kReserved
                                    ? rules.blocks_for(sequence.input + sequence.may_make)
                                    : rules.blocks_for(cached + tokens);
    const std::uint64_t blocks = whole - std::uint64_t{hits} * memory.unit_blocks();
    if (rules.admission_reserve > 0 && !reserve_fits(sequence, blocks))
        return false;
    if (!memory.admit(sequence.prefix_ids, hits, blocks, sequence.holding))
        return false;
    line.pop();
    waited_ = 0;
    memory.publish(sequence.prefix_ids, cached + tokens, sequence.holding);
    sequence.computed = cached;
    counts.cached_tokens += cached;
    sequence.place = SequencePlace::kRunning;
    sequence.joined = ++joined_;
    running.push_back(number);
    counts.longest_prompt = std::max<std::uint64_t>(counts.longest_prompt, sequence.input);
    counts.largest_batch = std::max<std::uint64_t>(counts.largest_batch, running.size());
    if (!sequence.scheduled)
        sequence.scheduled = floor_time(now);
    plan.chunks.push_back({number, tokens});
    plan.budget -= tokens;
    return true;
}

bool EngineCore::schedule_prompts(StepPlan& plan, Ticks now) {
    if (!schedule_unfinished(plan))
        return false;
    schedule_waiting(plan, now);
    return !plan.chunks.empty();
}

bool EngineCore::schedule_chunk(std::uint32_t number, StepPlan& plan) {
    if (plan.budget == 0)
        return true;
    Sequence& prompt = sequences[number];
    const std::uint32_t tokens = std::min(prompt.goal() - prompt.computed, plan.budget);
    if (!grow(prompt, tokens))
        return false;
    plan.chunks.push_back({number, tokens});
    plan.budget -= tokens;
    return true;
}

bool EngineCore::hold_prompts() {
    if (rules.wait_iterations == 0)
        return false;
    const double enough = rules.wait_share * rules.max_batched_tokens;
    const bool hold = waited_ < rules.wait_iterations && !line.queue_empty() && !running.empty() &&
                      running.size() + line.queue_size() < rules.max_sequences &&
                      static_cast<double>(line.queue_tokens()) < enough;
    if (hold)
        ++waited_;
    return hold;
}

bool EngineCore::take_blocks(Sequence& sequence, std::uint32_t tokens) {
    const std::uint32_t more =
        rules.blocks_for(sequence.computed + tokens) - memory.blocks_of(sequence.holding);
    if (!memory.take(more))
        return false;
    sequence.holding.own += more;
    return true;
}

/// Memory for the next tokens of a sequence, at the cost of others; false: it is a victim itself.
bool EngineCore::make_room(Sequence& sequence, std::uint32_t tokens, StepPlan& plan) {
    while (sequence.place == SequencePlace::kRunning) {
        preempt(pick_victim(), plan);
        if (sequence.place == SequencePlace::kRunning && grow(sequence, tokens))
            return true;
    }
    return false;
}

void EngineCore::schedule_running(StepPlan& plan) {
    order_ = running;
    for (const std::uint32_t number : order_) {
        Sequence& sequence = sequences[number];
        const std::uint32_t tokens = std::min(sequence.goal() - sequence.computed, plan.budget);
        if (tokens == 0)
            continue;
        const bool fits = sequence.place == SequencePlace::kRunning && grow(sequence, tokens);
        if (!fits && !make_room(sequence, tokens, plan))
            continue;
        plan.budget -= tokens;
        if (sequence.decodes) {
            plan.decodes.push_back(number);
            plan.kv_tokens += sequence.computed + 1;
        } else {
            plan.chunks.push_back({number, tokens});
        }
    }
}

std::uint32_t EngineCore::pick_victim() const {
    if (rules.victim == Victim::kLastAdmitted && rules.order != QueueOrder::kPriority)
        return running.back();
    const bool by_outputs = rules.victim == Victim::kFewestOutputs;
    // From the last to the first, so that of equals the last goes.
    return *std::min_element(running.rbegin(), running.rend(), [&](std::uint32_t a, std::uint32_t b) {
        return by_outputs ? sequences[a].made < sequences[b].made : sequences[a].rank > sequences[b].rank;
    });
}

void EngineCore::preempt(std::uint32_t number, StepPlan& plan) {
    Sequence& sequence = sequences[number];
    // What this very iteration was going to do for it is off.
    const auto decode = std::find(plan.decodes.begin(), plan.decodes.end(), number);
    if (decode != plan.decodes.end()) {
        plan.decodes.erase(decode);
        plan.kv_tokens -= sequence.computed + 1;
        ++plan.budget;
    }
    plan.preempted = true;
    ++counts.preemptions;
    ++sequence.preemptions;
    counts.redone_tokens += sequence.computed;
    memory.release(sequence.prefix_ids, sequence.holding);
    sequence.computed = 0;
    sequence.decodes = false;
    sequence.place = SequencePlace::kWaiting;
    stop_running(number);
    line.put_back(number);
}

void EngineCore::add_chunk(const PromptChunk& chunk, StepShape& shape) const {
    const Sequence& sequence = sequences[chunk.sequence];
    shape.prefill_tokens += chunk.tokens;
    shape.prefill_attention += setup.step.prefill_attention(sequence.computed, chunk.tokens);
    if (sequence.computed + chunk.tokens == sequence.goal())
        ++shape.emitting;
}

void EngineCore::report_gap(Ticks last_token, std::uint32_t times, Ticks now) const {
    if (observer != nullptr && times > 0)
        observer->gaps({now - last_token, 0, 1, times, last_token, now});
}

EngineView EngineCore::view(const ServiceRequest& request) const {
    const std::uint64_t block = rules.block_tokens;
    EngineView view;
    view.kv_tokens = memory.total() * block;
    view.free_tokens = memory.available() * block;
    view.queued_tokens = line.prompt_tokens();
    if (rules.prefix_cache) {
        Sequence asked;
        asked.input = std::max(request.input_tokens, 1U);
        note_prefix(request, asked);
        view.prefix_tokens = std::uint64_t{memory.match(asked.prefix_ids, asked.input)} * rules.prefix_unit;
    }
    return view;
}

ServiceUsage EngineCore::take_counts(std::uint64_t more) {
    ServiceUsage taken = std::exchange(counts, {});
    taken.peak_kv_blocks = std::max(memory.take_peak(), memory.in_use() + more);
    taken.kv_blocks = memory.total();
    return taken;
}

}  // namespace spillway
