// EngineCore, second part: how requests come and go.
#include <algorithm>

#include "models/llm/engine_core.hpp"
#include "sim/core/check.hpp"

namespace spillway {

std::uint32_t EngineCore::free_sequence() {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(sequences.size()));
        sequences.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    return number;
}

bool EngineCore::can_serve(const ServiceRequest& request) const {
    const std::uint64_t input = std::max(request.input_tokens, 1U);
    if (input + std::max(request.max_tokens, 1U) > rules.max_context)
        return false;
    return rules.prefill != PrefillMode::kMixedPrompts || input <= rules.max_batched_tokens;
}

void EngineCore::turn_away(RequestSlot slot, SimTime now) {
    rejected.push_back(slot);
    rejected_at = now;
}

std::uint32_t EngineCore::take(const ServiceRequest& request, SimTime now) {
    const std::uint32_t number = free_sequence();
    Sequence& sequence = sequences[number];
    sequence.slot = request.slot;
    sequence.admitted = ++admitted_;
    sequence.input = std::max(request.input_tokens, 1U);
    const std::uint32_t asked = request.max_tokens != 0 ? request.max_tokens : rules.default_max_tokens;
    const std::uint32_t room = rules.max_context - sequence.input;
    sequence.may_make = asked == 0 ? room : std::min(asked, room);
    sequence.output = std::clamp(request.output_tokens, 1U, sequence.may_make);
    sequence.cut = std::max(request.output_tokens, 1U) - sequence.output;
    front_free_ = std::max(front_free_, now) + rules.front_time + rules.front_token_time * sequence.input;
    sequence.visible_at = to_ticks(front_free_ + rules.request_overhead);
    sequence.rank = 0;
    if (rules.order == QueueOrder::kShortestPrompt)
        sequence.rank = sequence.input;
    if (rules.order == QueueOrder::kPriority)
        sequence.rank = setup.class_ranks.at(request.class_id.value);
    sequence.prefix_ids.clear();
    if (rules.prefix_cache && (!request.prefix_blocks.empty() || rules.shared_prefix > 0))
        note_prefix(request, sequence);
    sequence.place = SequencePlace::kWaiting;
    sequence.leaving = sequence.decodes = false;
    sequence.paced = rules.read_period > 0 && is_paced(request.class_id);
    sequence.made = sequence.computed = 0;
    sequence.preemptions = 0;
    sequence.holding = {};
    sequence.scheduled.reset();
    line.arrive(number);
    ++held;
    return number;
}

/// The whole units of its prompt that others may have computed.
void EngineCore::note_prefix(const ServiceRequest& request, Sequence& sequence) const {
    std::size_t whole = sequence.input / rules.prefix_unit;
    if (!request.prefix_blocks.empty()) {
        whole = std::min(whole, request.prefix_blocks.size() * rules.block_units);
        for (const std::uint64_t block : request.prefix_blocks) {
            for (std::uint64_t part = 0; part < rules.block_units && sequence.prefix_ids.size() < whole;
                 ++part)
                sequence.prefix_ids.push_back(block * rules.block_units + part);
        }
        return;
    }
    const double shared = rules.shared_prefix * static_cast<double>(sequence.input);
    whole = std::min(whole, static_cast<std::size_t>(shared) / rules.prefix_unit);
    // Traffic counts its blocks from 0.
    for (std::uint64_t unit = 0; unit < whole; ++unit) sequence.prefix_ids.push_back(~unit);
}

std::uint32_t EngineCore::find(RequestSlot slot) const {
    for (std::uint32_t number = 0; number < sequences.size(); ++number) {
        const Sequence& sequence = sequences[number];
        if (sequence.slot == slot && sequence.place != SequencePlace::kNowhere && !sequence.leaving)
            return number;
    }
    SPILLWAY_CHECK(false, "a request that the engine does not hold was removed");
}

void EngineCore::finish(std::vector<std::uint32_t>& done, Ticks now, std::vector<ServiceEnd>& ended) {
    if (done.size() > 1) {
        std::sort(done.begin(), done.end(), [this](std::uint32_t a, std::uint32_t b) {
            return sequences[a].admitted < sequences[b].admitted;
        });
    }
    for (const std::uint32_t number : done) {
        const Sequence& sequence = sequences[number];
        if (!sequence.leaving)
            tell_end(sequence, now, ended.emplace_back());
        drop(number);
    }
}

bool EngineCore::is_paced(ClassId class_id) const {
    return class_id.value >= setup.class_streams.size() || setup.class_streams[class_id.value];
}

/// It has got its token number `made`.
void EngineCore::note_read(Sequence& sequence, Ticks now) const {
    const Ticks lead = now - rules.read_period * Ticks{sequence.made};
    sequence.reader = sequence.made == 1 ? lead : std::max(sequence.reader, lead);
}

/// What the fleet is told of a sequence that has made its last token: the stamps are the client's.
void EngineCore::tell_end(const Sequence& sequence, Ticks now, ServiceEnd& end) const {
    end.slot = sequence.slot;
    end.scheduled = *sequence.scheduled;
    end.first_token = sequence.first_token;
    end.last_token = floor_time(now);
    end.tokens_cut = sequence.cut;
    end.preemptions = sequence.preemptions;
    if (sequence.paced) {
        end.reading = floor_time(sequence.reader + rules.read_period * Ticks{sequence.made}) - end.last_token;
        end.first_token += rules.send_time;
        end.last_token += rules.send_time;
    }
}

void EngineCore::drop(std::uint32_t number) {
    Sequence& sequence = sequences[number];
    if (sequence.place == SequencePlace::kRunning) {
        memory.release(sequence.prefix_ids, sequence.holding);
        stop_running(number);
    } else {
        line.remove(number);
    }
    sequence.place = SequencePlace::kNowhere;
    if (sequence.leaving) {
        leaving.erase(std::find(leaving.begin(), leaving.end(), number));
    } else {
        --held;
    }
    free_.push_back(number);
}

void EngineCore::stop_running(std::uint32_t number) {
    running.erase(std::find(running.begin(), running.end(), number));
}

void EngineCore::leave(std::uint32_t number) {
    sequences[number].leaving = true;
    leaving.push_back(number);
    --held;
}

void EngineCore::drop_leaving() {
    while (!leaving.empty()) drop(leaving.front());
}

void EngineCore::report_rejected(SimTime now, std::vector<ServiceEnd>& ended) {
    for (const RequestSlot slot : rejected) {
        ended.push_back({slot, now, now, now});
        ended.back().rejected = true;
    }
    rejected.clear();
}

}  // namespace spillway
