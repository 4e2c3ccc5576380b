// BatchEngine, second part: what runs of iterations do.
#include <algorithm>

#include "models/llm/batch_engine.hpp"
#include "sim/core/check.hpp"

namespace spillway {

void BatchEngine::begin_run() {
    at_ = core_.departure(at_);
    drop_leaving();
    if (much_read_)
        forget_times();
    core_.line.collect(core_.seen(at_, before_));
    blocked_ = false;
    cut_at_.reset();
    plan_.clear(core_.rules.max_batched_tokens);
    decodes_join_ = true;
    head_changed_ = held_ = false;
    if (core_.rules.prefill != PrefillMode::kPromptsFirst) {
        plan_mixed();
    } else if (!plan_prompts()) {
        plan_.clear(core_.rules.max_batched_tokens);
        plan_mixed();
    }
    start_run();
}

void BatchEngine::drop_leaving() {
    if (core_.leaving.empty())
        return;
    for (const std::uint32_t number : core_.leaving) {
        if (core_.sequences[number].decodes)
            group_.leave(number);
    }
    core_.drop_leaving();
}

/// The decodes together with the unfinished prompt and, unless prompts go apart, those that wait.
void BatchEngine::plan_mixed() {
    const std::uint64_t blocks = group_.blocks_needed_next();
    const std::uint64_t cached = core_.memory.cached();
    plan_.budget -= group_.size();
    if (!core_.memory.take(blocks)) {
        plan_one_by_one();
    } else if (!core_.schedule_unfinished(plan_)) {
        core_.memory.give_back(blocks);
        plan_one_by_one();
    }
    if (core_.rules.prefill == PrefillMode::kPromptsFirst) {
        head_changed_ = core_.memory.cached() < cached && !core_.line.queue_empty();
    } else if (!plan_.preempted && !core_.line.queue_empty()) {
        held_ = core_.hold_prompts();
        if (!held_) {
            bring_up_outstanding();
            core_.schedule_waiting(plan_, at_);
        }
    }
}

void BatchEngine::bring_up_all() {
    for (const std::uint32_t number : core_.running) {
        if (core_.sequences[number].decodes)
            group_.bring_up(number);
    }
}

void BatchEngine::forget_times() {
    bring_up_all();
    group_.forget_times();
    much_read_ = false;
}

/// Memory is short: every sequence's own turn decides who goes on.
void BatchEngine::plan_one_by_one() {
    plan_.clear(core_.rules.max_batched_tokens);
    bring_up_all();
    core_.schedule_running(plan_);
    group_.rebuild(plan_.decodes);
}

bool BatchEngine::plan_prompts() {
    bring_up_outstanding();
    const bool any = core_.schedule_prompts(plan_, at_);
    decodes_join_ = !any;
    return any;
}

/// Where admission depends on what running sequences may still ask for, they have to be up to date.
void BatchEngine::bring_up_outstanding() {
    if (core_.rules.admission_reserve > 0 && !core_.line.queue_empty())
        bring_up_all();
}

void BatchEngine::start_run() {
    EngineRun& run = run_.emplace(decodes_join_ ? group_.size() : 0);
    SPILLWAY_CHECK(run.decodes > 0 || !plan_.chunks.empty(), "an engine stands still with work");
    if (plan_.chunks.empty()) {
        limit_decode_run(run);
        return;
    }
    StepShape shape;
    if (run.decodes > 0)
        shape = {run.decodes, group_.kv_tokens() + run.decodes, 0, 0, run.decodes};
    for (const PromptChunk& chunk : plan_.chunks) core_.add_chunk(chunk, shape);
    run.end = at_ + core_.setup.step.of(shape);
    outlook_after_prompts(run);
}

/// How long only decodes run: until one ends, the line ends, or memory does.
void BatchEngine::limit_decode_run(EngineRun& run) {
    const DecodeOutlook outlook = group_.outlook();
    run.timing = {core_.setup.step, run.decodes, outlook.kv_tokens + run.decodes};
    const std::uint64_t on_line = run.timing.on_line(outlook.iterations);
    const std::uint64_t blocks = core_.head_has_hits() ? core_.memory.free() : core_.memory.available();
    run.iterations = 1 + group_.iterations_within(blocks, 1, on_line - 1);
    // Who was preempted may be back at the next boundary, prompts may have waited long enough, who lost its
    // prefix may need less at once, and who waits for others to ask for less may join.
    const bool tried_again = plan_.preempted || held_ || head_changed_ ||
                             (core_.rules.admission_reserve > 0 && !core_.line.queue_empty());
    if (tried_again)
        run.iterations = 1;
    run.end = at_ + run.timing.time(run.iterations);
    run.ends_someone = run.iterations == outlook.iterations;
    run.after = {outlook.sequences, outlook.kv_tokens + run.iterations * outlook.sequences,
                 outlook.iterations - run.iterations, 0};
    // Nobody overtakes the head of a queue in order of coming, and nobody joins a full batch.
    const bool in_order = core_.rules.order == QueueOrder::kFirstCome;
    blocked_ = !tried_again &&
               ((!core_.line.queue_empty() && in_order) || core_.running.size() >= core_.rules.max_sequences);
}

void BatchEngine::outlook_after_prompts(EngineRun& run) const {
    DecodeOutlook& after = run.after;
    after = group_.outlook();
    if (run.decodes > 0) {
        --after.iterations;
        after.kv_tokens += after.sequences;
        run.ends_someone = after.iterations == 0;
    }
    for (const PromptChunk& chunk : plan_.chunks) {
        const Sequence& sequence = core_.sequences[chunk.sequence];
        if (sequence.computed + chunk.tokens != sequence.goal()) {
            after.prompt_outputs = sequence.output - sequence.made;
            continue;
        }
        const std::uint32_t more = sequence.output - sequence.made - 1;
        run.ends_someone |= more == 0;
        after.iterations = after.sequences == 0 ? more : std::min<std::uint64_t>(after.iterations, more);
        ++after.sequences;
        after.kv_tokens += sequence.goal();
    }
}

void BatchEngine::end_run(std::vector<ServiceEnd>& ended) {
    done_.clear();
    ++core_.counts.runs;
    const EngineRun& run = *run_;
    tell_up_to(run.iterations);
    if (run.decodes > 0) {
        // The first iteration's blocks were taken at the start.
        if (run.iterations > 1) {
            const bool taken = core_.memory.take(group_.blocks_needed(1, run.iterations - 1) - run.taken);
            SPILLWAY_CHECK(taken, "a run of iterations outgrew the memory");
        }
        if (core_.rules.read_period > 0)
            much_read_ = group_.note_times(run.iterations, at_ + run.timing.first(), run.end);
        group_.advance(run.iterations, run.end, done_);
        for (const std::uint32_t number : done_) {
            SPILLWAY_CHECK(core_.sequences[number].made == core_.sequences[number].output,
                           "tokens are missing");
        }
    }
    if (core_.rules.overlapped)
        before_ = run.iterations == 1 ? at_ : run.end - run.timing.at(run.iterations - 1);
    at_ = run.end;
    run_.reset();
    blocked_ = false;
    if (!plan_.chunks.empty())
        end_prompts();
    if (!done_.empty())
        core_.finish(done_, at_, ended);
}

/// Counts the first `iterations` of the run under way and reports their gaps, as far as that is not done.
void BatchEngine::tell_up_to(std::uint64_t iterations) {
    EngineRun& run = *run_;
    if (iterations == run.told)
        return;
    SPILLWAY_CHECK(iterations > run.told, "iterations that have ended were taken back");
    core_.counts.iterations += iterations - run.told;
    if (run.decodes > 0) {
        core_.counts.output_tokens += (iterations - run.told) * run.decodes;
        if (core_.observer != nullptr)
            report_gaps(iterations);
    }
    run.told = iterations;
}

void BatchEngine::report_gaps(std::uint64_t iterations) const {
    const EngineRun& run = *run_;
    // With prompts in it there is one iteration, and its time is in the run alone.
    TokenGaps gaps{run.end - at_, 0, iterations, run.decodes, at_, run.end};
    if (plan_.chunks.empty()) {
        gaps.first = run.timing.first();
        gaps.growth = run.timing.growth();
        if (iterations < run.iterations)
            gaps.end = at_ + run.timing.time(iterations);
    }
    std::uint64_t reported = run.told;
    if (reported == 0 && !group_.in_step(at_)) {
        group_.report_first_gaps(at_ + gaps.first, *core_.observer);
        reported = 1;
    }
    if (reported == iterations)
        return;
    if (reported > 0) {
        gaps.begin += run.timing.time(reported);
        gaps.first += gaps.growth * Ticks{reported};
        gaps.iterations -= reported;
    }
    core_.observer->gaps(gaps);
}

void BatchEngine::end_prompts() {
    for (const PromptChunk& chunk : plan_.chunks) {
        Sequence& sequence = core_.sequences[chunk.sequence];
        core_.counts.prefill_tokens += chunk.tokens;
        sequence.computed += chunk.tokens;
        if (sequence.computed < sequence.goal())
            continue;
        if (sequence.made > 0)
            core_.report_gap(sequence.last_token, 1, at_);
        ++core_.counts.output_tokens;
        if (core_.emit_from_prompt(sequence, at_)) {
            done_.push_back(chunk.sequence);
        } else {
            group_.join(chunk.sequence);
        }
    }
    plan_.chunks.clear();
}

}  // namespace spillway
