#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/fleet/flow.hpp"
#include "sim/fleet/observer.hpp"

namespace spillway {

/// One staged request under way: which of its stages wait, run and have ended. Fleet-internal; reused from
/// one request to the next.
class FlowRun {
public:
    /// An attempt begins, at `now`. `taken` has one entry a stage of `flow`, which outlives the attempt.
    void begin(const FlowSpec& flow, std::uint32_t request, std::span<const char> taken, SimTime now);

    /// A stage that may begin, which then counts as begun; empty: none may.
    std::optional<std::uint32_t> next_ready();
    /// The request that runs a stage which has begun.
    void runs_as(std::uint32_t stage, std::uint32_t request) { stages_[stage].request = request; }

    /// A stage completed, as `record` says of it. Those that waited for it alone may begin.
    void finish(std::uint32_t stage, const RequestRecord& record);
    /// Whatever a stage that runs fails of, the request may not be tried again for it.
    void forbid_retry(std::uint32_t stage) { stages_[stage].may_retry = false; }
    /// A stage failed for good: none begins any more.
    void fail(std::uint32_t stage, Outcome outcome, std::string_view reason);

    bool has_ready() const noexcept { return !failure_ && !ready_.empty(); }
    bool is_finished() const noexcept { return left_ == 0; }
    struct Failure {
        Outcome outcome;
        std::string_view reason;
        bool may_retry;  ///< as far as the stage's own end has a say
    };
    const std::optional<Failure>& failure() const noexcept { return failure_; }
    /// The numbers of the requests that run stages, in order of stages.
    std::vector<std::uint32_t> running() const;

    std::uint32_t request() const noexcept { return request_; }
    const FlowSpec& flow() const noexcept { return *flow_; }

    /// Writes where the attempt's time went: the parts of the stages on the critical path, from the stage
    /// that ended last back through each one's predecessor that ended last (among equals one that was
    /// taken, and the first written of those), and whose tokens the client reads. The part "lost" is what
    /// those stages lost themselves. Requires: is_finished().
    void attribute(RequestRecord& record) const;

private:
    enum class State : std::uint8_t { kWaits, kRuns, kEnded };
    struct Stage {
        State state = State::kWaits;
        bool taken = true;
        bool may_retry = true;
        std::uint32_t waits_for = 0;  // predecessors that have not ended
        std::uint32_t request = 0;
        SimTime ended;
        RequestRecord record;  // of a taken one that completed
    };
    void end(std::uint32_t stage, SimTime now);
    template <class Stages>
    std::optional<std::uint32_t> last_of(const Stages& among) const;
    void name_answer(const Stage& stage, RequestRecord& record) const;

    const FlowSpec* flow_ = nullptr;
    std::uint32_t request_ = 0;
    std::vector<Stage> stages_;
    std::vector<std::uint32_t> ready_;  // ascending
    std::size_t left_ = 0;
    std::optional<Failure> failure_;
};

}  // namespace spillway
