#include "models/llm/reference_engine.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

void ReferenceEngine::admit(const ServiceRequest& request, SimTime now) {
    if (core_.can_serve(request)) {
        core_.take(request, now);
    } else {
        core_.turn_away(request.slot, now);
    }
}

void ReferenceEngine::remove(RequestSlot slot, SimTime /*now*/) {
    if (core_.drop_rejected(slot))
        return;
    const std::uint32_t number = core_.find(slot);
    if (core_.sequences[number].place == SequencePlace::kWaiting) {
        core_.drop(number);
        return;
    }
    core_.leave(number);
}

std::optional<SimTime> ReferenceEngine::next_change() {
    if (core_.rejected.empty() && !end_ && core_.held == 0)
        return std::nullopt;
    return next_moment();
}

SimTime ReferenceEngine::next_moment() const {
    if (!core_.rejected.empty())
        return core_.rejected_at;
    if (end_)
        return floor_time(*end_);
    // The boundary sees what comes in its own nanosecond, so it is left after that.
    return floor_time(core_.departure(at_)) + Duration{1};
}

void ReferenceEngine::advance(SimTime now, std::vector<ServiceEnd>& ended) {
    core_.report_rejected(now, ended);
    if (end_ && floor_time(*end_) <= now)
        end_iteration(ended);
    if (!end_ && core_.held > 0 && floor_time(core_.departure(at_)) < now)
        begin_iteration();
}

void ReferenceEngine::begin_iteration() {
    at_ = core_.departure(at_);
    core_.drop_leaving();
    core_.line.collect(core_.seen(at_, before_));
    plan_iteration();
    SPILLWAY_CHECK(!plan_.chunks.empty() || !plan_.decodes.empty(), "an engine stands still with work");
    StepShape shape;
    shape.decodes = shape.emitting = static_cast<std::uint32_t>(plan_.decodes.size());
    shape.kv_tokens = plan_.kv_tokens;
    for (const PromptChunk& chunk : plan_.chunks) core_.add_chunk(chunk, shape);
    end_ = at_ + core_.setup.step.of(shape);
}

void ReferenceEngine::plan_iteration() {
    plan_.clear(core_.rules.max_batched_tokens);
    if (core_.rules.prefill == PrefillMode::kPromptsFirst && core_.schedule_prompts(plan_, at_))
        return;
    core_.schedule_running(plan_);
    if (core_.rules.prefill == PrefillMode::kPromptsFirst || plan_.preempted || core_.hold_prompts())
        return;
    core_.schedule_waiting(plan_, at_);
}

void ReferenceEngine::end_iteration(std::vector<ServiceEnd>& ended) {
    before_ = at_;
    at_ = *end_;
    end_.reset();
    ++core_.counts.iterations;
    core_.counts.output_tokens += plan_.decodes.size();
    done_.clear();
    // Most had their last token where the iteration began, and so have one gap in common.
    std::uint32_t in_step = 0;
    for (const std::uint32_t number : plan_.decodes) {
        Sequence& sequence = core_.sequences[number];
        ++sequence.computed;
        if (sequence.last_token == before_) {
            ++in_step;
        } else {
            core_.report_gap(sequence.last_token, 1, at_);
        }
        if (core_.emit(sequence, at_))
            done_.push_back(number);
    }
    core_.report_gap(before_, in_step, at_);
    for (const PromptChunk& chunk : plan_.chunks) {
        Sequence& sequence = core_.sequences[chunk.sequence];
        core_.counts.prefill_tokens += chunk.tokens;
        sequence.computed += chunk.tokens;
        if (sequence.computed < sequence.goal())
            continue;
        if (sequence.made > 0)
            core_.report_gap(sequence.last_token, 1, at_);
        ++core_.counts.output_tokens;
        if (core_.emit_from_prompt(sequence, at_))
            done_.push_back(chunk.sequence);
    }
    if (!done_.empty())
        core_.finish(done_, at_, ended);
}

}  // namespace spillway
