#include "models/llm/batch_engine.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

BatchEngine::BatchEngine(const EngineSetup& setup, TokenObserver* observer)
    : core_(setup, observer), group_(core_.sequences, core_.rules) {}

void BatchEngine::admit(const ServiceRequest& request, SimTime now) {
    now_ = now;
    promised_.reset();
    if (!core_.can_serve(request)) {
        core_.turn_away(request.slot, now);
        return;
    }
    const Sequence& sequence = core_.sequences[core_.take(request, now)];
    // It may open the way for those that wait already: by what it enters into the prefix cache, say.
    const bool alone = core_.line.queue_empty();
    lower_line_bound(sequence.visible_at, alone ? sequence.output : core_.line.fewest_outputs());
}

/// Somebody in the line has so many tokens to make, and cannot begin before `from`.
void BatchEngine::lower_line_bound(Ticks from, std::uint32_t outputs) {
    const SimTime bound = floor_time(from + core_.setup.step.shortest() * Ticks{outputs});
    line_bound_ = std::min(line_bound_.value_or(bound), bound);
}

void BatchEngine::remove(RequestSlot slot, SimTime now) {
    promised_.reset();
    settle_quietly(now);
    if (core_.drop_rejected(slot))
        return;
    const std::uint32_t number = core_.find(slot);
    if (core_.sequences[number].place == SequencePlace::kWaiting) {
        core_.drop(number);
    } else {
        core_.leave(number);
    }
    // Whoever waited for room may join at the next boundary.
    const Ticks at = to_ticks(now);
    cut_at_ = std::min(cut_at_.value_or(at), at);
    if (core_.line.empty()) {
        line_bound_.reset();  // it spoke of the one that left
    } else {
        lower_line_bound(at, core_.line.fewest_outputs());
    }
}

void BatchEngine::advance(SimTime now, std::vector<ServiceEnd>& ended) {
    now_ = now;
    promised_.reset();
    if (!core_.rejected.empty())
        core_.report_rejected(now, ended);
    settle(now, ended);
}

ServiceUsage BatchEngine::take_usage(SimTime now) {
    look(now);
    if (run_ && run_->iterations > 1)
        tell_up_to(iterations_ended(now));
    return core_.take_counts(untold_blocks(now));
}

std::optional<EngineView> BatchEngine::view(const ServiceRequest& request, SimTime now) {
    const std::optional<SimTime> next = next_change();
    // An end that is due now belongs to the fleet's next call of advance().
    const SimTime seen = next && *next <= now ? now - Duration{1} : now;
    look(seen);
    // What a run takes on its way may push a prefix out of the cache.
    const std::uint64_t blocks = untold_blocks(seen);
    SPILLWAY_CHECK(core_.memory.take(blocks), "a run of iterations outgrew the memory");
    if (run_)
        run_->taken += blocks;
    return core_.view(request);
}

/// Of a run of several.
std::uint64_t BatchEngine::iterations_ended(SimTime now) const {
    const Ticks since = std::max(to_ticks(now + Duration{1}), at_ + Ticks{1}) - at_;
    return run_->timing.iterations_until(since) - 1;
}

/// Blocks of the run that the memory learns of at its end. A boundary is left when time has moved on.
std::uint64_t BatchEngine::untold_blocks(SimTime now) const {
    if (!run_ || run_->iterations == 1)
        return 0;
    const std::uint64_t ended = iterations_ended(now);
    const bool at_boundary = ended > 0 && floor_time(at_ + run_->timing.time(ended)) == now;
    return group_.blocks_needed(1, at_boundary ? ended - 1 : ended) - run_->taken;
}

const KvMemory& BatchEngine::memory(SimTime now) {
    look(now);
    return core_.memory;
}

/// Ends runs and begins them up to `now`. A boundary sees all of its nanosecond, so that it is only left when
/// time has moved on.
void BatchEngine::settle(SimTime now, std::vector<ServiceEnd>& ended) {
    prospects_.reset();
    while (true) {
        if (run_) {
            cut_run();
            if (floor_time(run_->end) > now)
                break;
            end_run(ended);
            continue;
        }
        if (core_.held == 0 || floor_time(core_.departure(at_)) >= now)
            break;
        begin_run();
    }
    bound_line();
}

/// Who waits cannot end before it has made its tokens, from when it is seen or from the next boundary on.
void BatchEngine::bound_line() {
    line_bound_.reset();
    if (core_.line.empty())
        return;
    // Settled, so that a run which a newcomer cuts short is cut: whoever waits joins at its end or later.
    const Ticks boundary = run_ ? run_->end : at_;
    const bool all_come_later = core_.line.queue_empty() && core_.line.next_visible() > boundary;
    lower_line_bound(all_come_later ? *core_.line.next_visible() : boundary, core_.line.fewest_outputs());
}

void BatchEngine::settle_quietly(SimTime now) {
    now_ = now;
    none_.clear();
    settle(now, none_);
    SPILLWAY_CHECK(none_.empty(), "the end of a request was passed over");
}

/// Settles for somebody who only wants to see: what next_change() said before still holds, although less may
/// be known of what is ahead (is_calm()), and nobody asks it again.
void BatchEngine::look(SimTime now) {
    promised_ = next_change();
    settle_quietly(now);
}

/// Shortens the run to the boundary that sees the next newcomer, or the next client to leave.
void BatchEngine::cut_run() {
    if (run_->iterations == 1)
        return;
    const IterationRun& run = run_->timing;
    std::uint64_t iterations = run_->iterations;
    if (cut_at_)
        iterations = std::min(iterations, run.iterations_until(*cut_at_ - at_));
    if (!blocked_ && core_.line.next_visible() &&
        *core_.line.next_visible() < run_->cut_for.value_or(run_->end)) {
        run_->cut_for = core_.line.next_visible();
        // An overlapped scheduler sees a newcomer one iteration later: the first one those that came before
        // at_.
        const Ticks wait = *run_->cut_for - at_;
        const std::uint64_t seen = wait > 0 ? run.iterations_until(wait) : 0;
        iterations = std::min(iterations, seen + (core_.rules.overlapped ? 1 : 0));
    }
    if (iterations == run_->iterations)
        return;
    run_->iterations = iterations;
    run_->end = at_ + run.time(iterations);
    run_->ends_someone = false;
    const DecodeOutlook now = group_.outlook();
    run_->after = {now.sequences, now.kv_tokens + iterations * now.sequences, now.iterations - iterations, 0};
}

void BatchEngine::look_ahead() {
    Prospects& ahead = prospects_.emplace(Prospects{});
    const std::uint64_t iterations =
        run_ ? run_->iterations + run_->after.iterations : group_.outlook().iterations;
    ahead.tokens_each = iterations + std::uint64_t{3} * core_.rules.block_tokens;
    if (run_) {
        for (const PromptChunk& chunk : plan_.chunks)
            ahead.prompt_tokens += core_.sequences[chunk.sequence].goal();
    } else if (const auto unfinished = core_.unfinished_prompt()) {
        ahead.prompt_tokens = core_.sequences[*unfinished].goal();
    }
    if (run_ || core_.running.size() > core_.leaving.size())
        ahead.first_end = first_end();
}

/// Whether nothing can make iterations shorter than planned: nobody leaves, and memory suffices for
/// everybody, those that wait included, until somebody ends.
bool BatchEngine::is_calm() const {
    if (!core_.leaving.empty())
        return false;
    if (core_.rules.kv == KvPolicy::kReserved)
        return true;
    const std::uint64_t sequences = core_.running.size() + core_.line.size();
    const std::uint64_t tokens = core_.line.prompt_tokens() + prospects_->prompt_tokens;
    return tokens + sequences * prospects_->tokens_each <=
           core_.memory.available() * core_.rules.block_tokens;
}

/// The soonest that a running sequence can end, if the outlook holds at `from` and nobody leaves.
Ticks BatchEngine::first_end(const DecodeOutlook& outlook, Ticks from) const {
    Ticks wait = core_.setup.step.shortest() * Ticks{std::max(outlook.prompt_outputs, 1U)};
    if (outlook.sequences > 0) {
        const IterationRun run(core_.setup.step, outlook.sequences, outlook.kv_tokens + outlook.sequences);
        const Ticks decoded = run.time(run.on_line(outlook.iterations));
        wait = outlook.prompt_outputs > 0 ? std::min(wait, decoded) : decoded;
    }
    return from + wait;
}

/// The soonest that a running sequence can end. Requires that one runs which does not leave.
SimTime BatchEngine::first_end() const {
    if (!run_)
        return floor_time(first_end(outlook(), at_));
    return floor_time(run_->ends_someone ? run_->end : first_end(run_->after, run_->end));
}

/// What runs at the boundary where the engine stands.
DecodeOutlook BatchEngine::outlook() const {
    DecodeOutlook outlook = group_.outlook();
    if (const auto prompt = core_.unfinished_prompt())
        outlook.prompt_outputs = core_.sequences[*prompt].output - core_.sequences[*prompt].made;
    return outlook;
}

std::optional<SimTime> BatchEngine::next_change() {
    if (core_.rejected.empty() && core_.held == 0)
        return std::nullopt;
    SimTime moment = next_moment();
    if (promised_)
        moment = std::max(*promised_, moment);
    return moment;
}

SimTime BatchEngine::next_moment() {
    if (!core_.rejected.empty())
        return core_.rejected_at;
    if (!prospects_)
        look_ahead();
    if (is_calm())
        return soonest_end();
    settle_quietly(now_);
    return run_ ? floor_time(run_->end) : floor_time(core_.departure(at_)) + Duration{1};
}

/// When nothing is in the way: the soonest that anybody can end. Requires held > 0 and prospects.
SimTime BatchEngine::soonest_end() const {
    const bool line_matters = line_bound_ && (!(blocked_ && run_) || cut_at_);
    const bool somebody_runs = run_ || core_.running.size() > core_.leaving.size();
    if (!somebody_runs)
        return line_bound_.value();
    return line_matters ? std::min(*line_bound_, prospects_->first_end) : prospects_->first_end;
}

}  // namespace spillway
