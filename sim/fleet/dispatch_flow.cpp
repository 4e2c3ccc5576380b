// Dispatcher: requests of several stages. The logical request waits in state kStaged; each stage
// is a request of its own, which has everything of a request but a client.
#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"
#include "sim/fleet/dispatch_path.hpp"

namespace spillway {
namespace {

/// Names a stage's draws: unlike those of any other stage and attempt, and the same under every policy. The
/// finaliser is that of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014).
std::uint64_t stage_entity(std::uint64_t origin, std::uint32_t stage, std::uint32_t attempt) noexcept {
    std::uint64_t bits = origin + 0x9e3779b97f4a7c15 * (1 + stage + (std::uint64_t{attempt} << 32));
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
}

constexpr double kMostTokens = 1U << 30;
constexpr double kLongestService = 1e9;  // seconds, 31 years

std::uint32_t tokens(const StageTokens& law, std::uint32_t of_request, double uniform) {
    double count = law.factor * of_request;
    if (law.plus)
        count += std::max(0.0, law.plus->quantile(uniform));
    return static_cast<std::uint32_t>(std::llround(std::min(count, kMostTokens)));
}

}  // namespace

/// An attempt of a staged request begins: its first stages do.
void Dispatcher::begin_flow(Request& request, SimTime now) {
    const FlowSpec& flow = *classes_[request.sent.class_id.value].flow;
    request.state = RequestState::kStaged;
    request.bound = false;
    request.has_slot = false;
    if (request.flow_run == kNoNode)
        request.flow_run = flow_runs_.allocate();
    taken_.assign(flow.stages.size(), 1);
    for (std::uint32_t i = 0; i < flow.stages.size(); ++i) {
        if (flow.stages[i].share < 1) {
            RandomStream luck(share_key_, request.sent.origin, i);
            taken_[i] = luck.uniform() < flow.stages[i].share ? 1 : 0;
        }
    }
    flow_runs_[request.flow_run].begin(flow, request.number, taken_, now);
    begin_stages(request, now);
}

void Dispatcher::begin_stages(Request& request, SimTime now) {
    FlowRun& run = flow_runs_[request.flow_run];
    while (const std::optional<std::uint32_t> stage = run.next_ready()) {
        Request& part = stage_request(request, *stage, now);
        run.runs_as(*stage, part.number);
        begin_attempt(part, now);
    }
}

/// The request that runs a stage of another.
Request& Dispatcher::stage_request(const Request& whole, std::uint32_t number, SimTime now) {
    const StageSpec& stage = flow_runs_[whole.flow_run].flow().stages[number];
    Request& request = new_request();
    request.flow_run = whole.flow_run;
    request.stage = number;
    request.counts = whole.counts;
    Arrival& sent = request.sent;
    sent = whole.sent;
    sent.at = now;
    sent.origin = stage_entity(whole.sent.origin, number, whole.attempt);
    RandomStream luck(tokens_key_, sent.origin);
    sent.input_tokens = tokens(stage.input, whole.sent.input_tokens, luck.uniform());
    sent.output_tokens = tokens(stage.output, whole.sent.output_tokens, luck.uniform());
    sent.max_tokens = stage.max_tokens.value_or(static_cast<std::uint32_t>(
        std::min(std::ceil(stage.output.factor * whole.sent.max_tokens), kMostTokens)));
    if (sent.service)
        sent.service =
            from_seconds(std::min(to_seconds(*sent.service) * stage.service_factor, kLongestService));
    // A prompt at least as long as the request's begins with it.
    if (sent.input_tokens < whole.sent.input_tokens)
        sent.prefix_blocks = {};
    return request;
}

/// A stage ended, well or for good. What follows in other pools is left to an event of the same instant: this
/// may be called while a worker hands over all that it has finished.
void Dispatcher::stage_ended(Request& stage, const RequestRecord& record) {
    FlowRun& run = flow_runs_[stage.flow_run];
    Request& whole = at(run.request());
    tell_stage(stage, record);
    whole.exposed |= record.exposed;
    whole.overflowed |= record.overflowed;
    whole.base_sooner |= record.base_sooner;
    const std::uint32_t number = stage.stage;
    release_stage(stage);
    if (record.outcome == Outcome::kCompleted) {
        run.finish(number, record);
    } else {
        run.fail(number, record.outcome, record.reason);
    }
    const SimTime now = record.delivered;
    if (run.is_finished()) {
        staged_answer(whole, now);
    } else if (run.failure() || run.has_ready()) {
        state_.simulator.schedule(now, Phase::kArrival, event_of(whole, FleetEvent::kStages));
    }
}

void Dispatcher::tell_stage(const Request& stage, const RequestRecord& record) {
    Request& whole = at(flow_runs_[stage.flow_run].request());
    whole.requeues += record.requeues;
    for (std::size_t i = 0; i < kSetbacks; ++i)
        whole.setbacks.of[i] = static_cast<std::uint16_t>(whole.setbacks.of[i] + record.setbacks.of[i]);
    RequestRecord told = record;
    told.origin = whole.sent.origin;
    tell(RequestStepKind::kEnds, stage, pool_at(stage.serving_pool), record.delivered);
    for (RequestObserver* observer : state_.request_observers)
        observer->stage_ended({whole.sent.class_id, stage.stage, told});
}

void Dispatcher::release_stage(Request& stage) {
    if (stage.state != RequestState::kBackoff)  // else its last attempt has been counted
        ++pool_at(stage.serving_pool).ended;
    stage.state = RequestState::kFree;
    ++stage.generation;
    state_.requests.release(stage.number);
}

/// The next stages of a request begin, or it ends because one of them failed.
void Dispatcher::stages_due(Request& request, SimTime now) {
    const std::optional<FlowRun::Failure> failure = flow_runs_[request.flow_run].failure();
    if (!failure) {
        begin_stages(request, now);
        return;
    }
    const bool again = flow_runs_[request.flow_run].flow().retry == FlowRetry::kRequest && failure->may_retry;
    leave_everything(request, now);
    if (!again || !retry(request, failure->outcome, now))
        end(request, failed_record(request, failure->outcome, failure->reason, now));
}

/// Takes the stages that are under way out of their pools: first those that wait, lest a slot that another
/// one frees goes to them.
void Dispatcher::withdraw_stages(const Request& request, SimTime now) {
    const std::vector<std::uint32_t> running = flow_runs_[request.flow_run].running();
    for (const bool on_worker : {false, true}) {
        for (const std::uint32_t number : running) {
            Request& stage = at(number);
            if (stage.state == RequestState::kFree || stage.has_slot != on_worker)
                continue;
            leave_everything(stage, now);
            tell_stage(stage, failed_record(stage, Outcome::kAbandoned, "the request ended without it", now));
            release_stage(stage);
        }
    }
}

void Dispatcher::staged_answer(Request& request, SimTime now) {
    const Duration wait = until_poll(request, now);
    if (wait == Duration::zero()) {
        end(request, staged_record(request, now));
    } else {
        state_.simulator.schedule(now + wait, Phase::kFinish, event_of(request, FleetEvent::kDeliver));
    }
}

/// What an observer is told of a staged request that completed.
RequestRecord Dispatcher::staged_record(const Request& request, SimTime now) const {
    const Arrival& sent = request.sent;
    RequestRecord record;
    record.origin = sent.origin;
    record.class_id = sent.class_id;
    record.attempts = request.attempt + 1;
    record.input_tokens = sent.input_tokens;
    record.arrived = sent.at;
    record.delivered = now;
    record.measured = request.counts;
    record.exposed = request.exposed;
    record.overflowed = request.overflowed;
    record.base_sooner = request.base_sooner;
    record.requeues = request.requeues;
    record.setbacks = request.setbacks;
    record.parts[static_cast<std::size_t>(LatencyPart::kLost)] = request.arrived - sent.at;
    flow_runs_[request.flow_run].attribute(record);
    Duration sum{0};
    for (const Duration part : record.parts) sum += part;
    SPILLWAY_CHECK(sum <= record.total(), "the stages of a critical path took longer than the whole");
    // What is left is the client's own wait for its next poll.
    record.parts[static_cast<std::size_t>(LatencyPart::kPost)] += record.total() - sum;
    return record;
}

}  // namespace spillway
