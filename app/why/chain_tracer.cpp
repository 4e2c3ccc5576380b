#include "app/why/chain_tracer.hpp"

#include <utility>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::size_t kReadyKept = 256;

}  // namespace

void ChainTracer::request_stepped(const RequestStep& step) {
    switch (step.kind) {
        case RequestStepKind::kCame:
            came(attempt(step.request), step);
            return;
        case RequestStepKind::kWaits: {
            RequestStory& story = attempt(step.request);
            if (story.met.empty())  // it came back from a worker that was lost
                came(story, step);
            if (!step.worker)
                story.ahead = ahead_of(step.class_id, step.now);
            return;
        }
        case RequestStepKind::kTook:
            took(open_[step.request].story, step);
            return;
        case RequestStepKind::kFreed:
            return;
        case RequestStepKind::kLost:
            lose(open_[step.request]);
            return;
        case RequestStepKind::kEnds:
            ending_ = step.request;
            return;
    }
}

/// Its attempt came to nothing; who waited in vain has somebody else's start to look at.
void ChainTracer::lose(Open& open) const {
    open.lost = true;
    if (!open.story.assigned && !open.story.met.empty())
        open.story.relief = relief_of(open.story, open.story.met.back().pool);
}

RequestStory& ChainTracer::attempt(std::uint32_t request) {
    Open& open = open_[request];
    if (open.lost)
        open = {};
    return open.story;
}

void ChainTracer::came(RequestStory& story, const RequestStep& step) const {
    if (story.met.empty())
        story.entered = step.at;
    const PoolNow& now = step.now;
    story.met.push_back({step.at,
                         step.pool,
                         now.ready,
                         now.slots,
                         now.free_slots(),
                         now.asked + now.starting,
                         now.waiting,
                         pools_[step.pool.value].at_limit,
                         {now.waiting_by_class.begin(), now.waiting_by_class.end()}});
}

/// Those of its own priority and above stand before it; it has its own place already.
std::vector<std::uint32_t> ChainTracer::ahead_of(ClassId class_id, const PoolNow& now) const {
    std::vector<std::uint32_t> ahead(now.waiting_by_class.begin(), now.waiting_by_class.end());
    for (std::size_t i = 0; i < ahead.size(); ++i) {
        if (priorities_[i] < priorities_[class_id.value])
            ahead[i] = 0;
    }
    if (ahead[class_id.value] > 0)
        --ahead[class_id.value];
    return ahead;
}

void ChainTracer::took(RequestStory& story, const RequestStep& step) const {
    story.assigned = step.at;
    const std::optional<StartStory>& worker = workers_[step.worker->value];
    const bool waited_for_it = worker && worker->ready && *worker->ready > story.entered;
    story.start = waited_for_it ? worker : std::nullopt;
    story.relief.reset();
    if (!waited_for_it && step.at > story.entered)
        story.relief = relief_of(story, step.pool);
}

std::optional<StartStory> ChainTracer::relief_of(const RequestStory& story, PoolId pool) const {
    for (const StartStory& start : pools_[pool.value].turned_ready) {
        if (*start.ready > story.entered)
            return start;
    }
    const StartStory* longest = nullptr;
    for (const std::optional<StartStory>& worker : workers_) {
        const bool comes = worker && worker->pool == pool && !worker->ready;
        if (comes && (longest == nullptr || worker->ordered < longest->ordered))
            longest = &*worker;
    }
    return longest == nullptr ? std::nullopt : std::optional(*longest);
}

void ChainTracer::note_ready(const StartStory& start) {
    std::deque<StartStory>& ready = pools_[start.pool.value].turned_ready;
    ready.push_back(start);
    if (ready.size() > kReadyKept)
        ready.pop_front();
}

void ChainTracer::worker_stepped(const WorkerStep& step) {
    if (step.kind == WorkerStepKind::kOrdered) {
        order(step);
        return;
    }
    std::optional<StartStory>& worker = workers_[step.worker.value];
    if (!worker)
        return;
    switch (step.kind) {
        case WorkerStepKind::kBegan:
            worker->began = step.at;
            worker->host = step.host;
            break;
        case WorkerStepKind::kPhases:
            for (const PhaseTrace& phase : step.phases)
                worker->phases.push_back({std::string(phase.name), phase.kind, phase.begin, phase.end,
                                          phase.source, phase.could_be_kept, phase.critical, phase.alone});
            break;
        case WorkerStepKind::kReady:
            worker->ready = step.at;
            worker->path.assign(step.path.begin(), step.path.end());
            note_ready(*worker);
            break;
        case WorkerStepKind::kEnded:
            worker.reset();
            break;
        case WorkerStepKind::kOrdered:
        case WorkerStepKind::kLeaves:
            break;
    }
}

void ChainTracer::order(const WorkerStep& step) {
    if (workers_.size() <= step.worker.value)
        workers_.resize(step.worker.value + std::size_t{1});
    StartStory& start = workers_[step.worker.value].emplace();
    start.pool = step.pool;
    start.worker = step.worker;
    start.nth = step.nth;
    start.cause = step.cause;
    start.ordered = step.at;
    if (step.cause == StartCause::kDecision)
        start.decision = pools_[step.pool.value].look;
}

void ChainTracer::control_begins(PoolId pool, const Wakes& wakes) {
    SPILLWAY_CHECK(pool.value == pools_.size(), "pools are told of out of order");
    pools_.push_back({MetricTrack(wakes), {}, false, {}});
}

void ChainTracer::control_stepped(const ControlStep& step) {
    PoolTrace& pool = pools_[step.pool.value];
    const ScaleDecision& decision = step.decision;
    pool.metrics.looked(step.why, step.now.waiting, step.now.in_flight, step.at);
    pool.at_limit = decision.target > step.target;
    pool.look.reset();
    if (step.target <= step.before)
        return;
    pool.look = DecisionStory{step.at,
                              step.why,
                              step.before,
                              step.target,
                              std::string(decision.rule),
                              decision.observed,
                              decision.threshold,
                              pool.metrics.lag_of(decision)};
}

void ChainTracer::sampled(const SampleStep& step) {
    pools_[step.pool.value].metrics.sampled(step.sample, step.at);
}

void ChainTracer::load_held(PoolId pool, int waiting, int in_flight, SimTime until) {
    pools_[pool.value].metrics.load_held(waiting, in_flight, until);
}

/// The story of the request or stage whose end is being told.
std::optional<RequestStory> ChainTracer::take_ended() {
    if (!ending_)
        return std::nullopt;
    auto ended = open_.extract(*ending_);
    ending_.reset();
    return ended ? std::optional(std::move(ended.mapped().story)) : std::nullopt;
}

void ChainTracer::request_ended(const RequestRecord& request) {
    RequestStory story = take_ended().value_or(RequestStory{});
    if (auto stages = staged_.extract(request.origin))
        story.stages = std::move(stages.mapped());
    if (!request.measured)
        return;
    story.record = request;
    listener_(story);
}

void ChainTracer::stage_ended(const StageRecord& stage) {
    RequestStory story = take_ended().value_or(RequestStory{});
    story.record = stage.request;
    story.stage = stage.stage;
    staged_[stage.request.origin].push_back(std::move(story));
}

}  // namespace spillway
