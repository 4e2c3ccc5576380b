#include "sim/fleet/flow_run.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "sim/core/check.hpp"

namespace spillway {

void FlowRun::begin(const FlowSpec& flow, std::uint32_t request, std::span<const char> taken, SimTime now) {
    flow_ = &flow;
    request_ = request;
    failure_.reset();
    ready_.clear();
    left_ = flow.stages.size();
    stages_.assign(flow.stages.size(), {});
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        stages_[i].taken = taken[i] != 0;
        stages_[i].waits_for = static_cast<std::uint32_t>(flow.stages[i].after.size());
    }
    for (std::uint32_t i = 0; i < stages_.size(); ++i) {
        if (!flow.stages[i].after.empty())
            continue;
        if (stages_[i].taken) {
            ready_.push_back(i);
        } else {
            end(i, now);
        }
    }
    std::sort(ready_.begin(), ready_.end());
}

std::optional<std::uint32_t> FlowRun::next_ready() {
    if (!has_ready())
        return std::nullopt;
    const std::uint32_t stage = ready_.front();
    ready_.erase(ready_.begin());
    stages_[stage].state = State::kRuns;
    return stage;
}

/// One that is not taken ends as soon as it may begin, and so on down the graph; stages come after those that
/// they wait for, so that one pass over them would do, and this depth is at most theirs.
void FlowRun::end(std::uint32_t stage, SimTime now) {
    stages_[stage].state = State::kEnded;
    stages_[stage].ended = now;
    --left_;
    for (std::uint32_t next = stage + 1; next < stages_.size(); ++next) {
        const std::vector<std::uint32_t>& after = flow_->stages[next].after;
        if (std::find(after.begin(), after.end(), stage) == after.end() || --stages_[next].waits_for > 0)
            continue;
        if (stages_[next].taken) {
            ready_.insert(std::upper_bound(ready_.begin(), ready_.end(), next), next);
        } else {
            end(next, now);
        }
    }
}

void FlowRun::finish(std::uint32_t stage, const RequestRecord& record) {
    SPILLWAY_CHECK(stages_[stage].state == State::kRuns, "a stage ended that did not run");
    stages_[stage].record = record;
    end(stage, record.delivered);
}

void FlowRun::fail(std::uint32_t stage, Outcome outcome, std::string_view reason) {
    SPILLWAY_CHECK(stages_[stage].state == State::kRuns, "a stage failed that did not run");
    stages_[stage].state = State::kEnded;
    if (!failure_)
        failure_ = {outcome, reason, stages_[stage].may_retry};
}

std::vector<std::uint32_t> FlowRun::running() const {
    std::vector<std::uint32_t> requests;
    for (const Stage& stage : stages_) {
        if (stage.state == State::kRuns)
            requests.push_back(stage.request);
    }
    return requests;
}

/// The one of `among` that ended last; among equals one that was taken, and the first written of those. Empty
/// when there is none.
template <class Stages>
std::optional<std::uint32_t> FlowRun::last_of(const Stages& among) const {
    const auto rank = [&](std::uint32_t stage) {
        return std::tuple(stages_[stage].ended, stages_[stage].taken, -std::int64_t{stage});
    };
    std::optional<std::uint32_t> last;
    for (const std::uint32_t stage : among) {
        if (!last || rank(stage) > rank(*last))
            last = stage;
    }
    return last;
}

void FlowRun::attribute(RequestRecord& record) const {
    SPILLWAY_CHECK(is_finished(), "stages are under way");
    std::vector<std::uint32_t> all(stages_.size());
    std::iota(all.begin(), all.end(), 0U);
    const Stage* answers = flow_->answers ? &stages_[*flow_->answers] : nullptr;
    if (answers != nullptr && !answers->taken)
        answers = nullptr;
    for (auto at = last_of(all); at; at = last_of(flow_->stages[*at].after)) {
        const Stage& stage = stages_[*at];
        if (!stage.taken)
            continue;
        if (answers == nullptr)
            answers = &stage;
        for (std::size_t part = 0; part < record.parts.size(); ++part)
            record.parts[part] += stage.record.parts[part];
        record.engine_queue += stage.record.engine_queue;
        record.gateway += stage.record.gateway;
    }
    SPILLWAY_CHECK(answers != nullptr, "a staged request without a stage");
    record.cold = record.part(LatencyPart::kColdStart) + record.part(LatencyPart::kLoad) > Duration::zero();
    name_answer(*answers, record);
}

void FlowRun::name_answer(const Stage& stage, RequestRecord& record) const {
    const RequestRecord& told = stage.record;
    const SimTime last = told.delivered - told.part(LatencyPart::kPost);
    record.answer = {last - told.part(LatencyPart::kDecode), last};
    record.output_tokens = told.output_tokens;
    record.tokens_cut = told.tokens_cut;
    record.pool = told.pool;
    record.worker = told.worker;
}

}  // namespace spillway
