#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"
#include "sim/fleet/scale_policy.hpp"
#include "sim/fleet/service_usage.hpp"
#include "sim/fleet/setback.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// The parts of a request's time. They are differences of integer stamps and add up to the total exactly.
enum class LatencyPart : std::uint8_t { kLost, kQueue, kColdStart, kLoad, kPrefill, kDecode, kPost };
constexpr int kLatencyParts = 7;

/// When the stage that answers a staged request's client made its tokens.
struct AnswerTokens {
    SimTime first;
    SimTime last;
};

/// One logical request from its first attempt to its end. For a request that did not complete, the parts hold
/// lost and queue only (the time until its client knew), the rest is zero.
struct RequestRecord {
    std::uint64_t origin = 0;
    ClassId class_id;
    Outcome outcome = Outcome::kCompleted;
    std::string_view reason;  ///< why it did not complete; static text, empty for completed ones
    std::uint32_t attempts = 1;
    std::uint32_t input_tokens = 0;
    std::uint32_t output_tokens = 0;  ///< that were made
    std::uint32_t tokens_cut = 0;     ///< that the answer asked for lacks: past max_tokens or the context
    std::optional<PoolId> pool;       ///< that delivered it; empty if none did
    std::optional<WorkerId> worker;
    SimTime arrived;    ///< first attempt
    SimTime delivered;  ///< the answer, or the news of the failure
    std::array<Duration, kLatencyParts> parts{};
    Duration engine_queue{
        0};                ///< of the queue part: waiting inside the worker (batching window, engine queue)
    Duration gateway{0};   ///< of the queue and post parts: request path in, take-up and out
    bool measured = true;  ///< arrived in [0, horizon)
    bool cold = false;     ///< met a cold start: cold start + load > 0
    bool exposed = false;  ///< no slot was free on arrival and a start was under way or caused
    bool overflowed = false;     ///< the overflow rule fired
    bool base_sooner = false;    ///< it overflowed early, and the first pool would have taken it sooner
    std::uint32_t requeues = 0;  ///< how often it went back to a queue from a worker that was lost
    std::uint32_t preemptions =
        0;  ///< by the engine that delivered it; of a staged request 0: its stages tell
    SetbackCounts<std::uint16_t> setbacks;
    /// Of a staged request that completed: its parts are those of its critical path, its output tokens, pool
    /// and worker those of the stage that answers. Empty: a request of one stage.
    std::optional<AnswerTokens> answer;

    Duration total() const noexcept { return delivered - arrived; }
    Duration part(LatencyPart part) const noexcept { return parts[static_cast<std::size_t>(part)]; }
    /// Time to first token of the delivering attempt's answer, counted from the first attempt.
    Duration time_to_first_token() const noexcept {
        if (answer)
            return answer->first - arrived;
        return total() - part(LatencyPart::kDecode) - part(LatencyPart::kPost);
    }
    /// From the first to the last token of the answer.
    Duration answer_time() const noexcept {
        return answer ? answer->last - answer->first : part(LatencyPart::kDecode);
    }
};

/// A stage of a staged request that ended: `request` tells of it as of a request of its own that arrived when
/// the stage began, under the origin of the whole.
struct StageRecord {
    ClassId class_id;     ///< whose flow it is
    std::uint32_t stage;  ///< index into FlowSpec::stages
    const RequestRecord& request;
};

/// Receives every request that ends, measured or not, in order of their ends.
class RequestObserver {
public:
    virtual ~RequestObserver() = default;
    virtual void request_ended(const RequestRecord& request) = 0;
    /// Before the request that it belongs to. Stages that were withdrawn ended as abandoned.
    virtual void stage_ended(const StageRecord& /*stage*/) {}
};

enum class LifeEnd : std::uint8_t { kStopped, kFailed, kCancelled, kRunning };

/// A worker life, at its end or when the window closed over it (kRunning). Times lie inside the window.
struct WorkerLife {
    PoolId pool;
    WorkerId worker;
    std::uint64_t nth;  ///< counts the pool's starts
    LifeEnd end;
    WorkerClock clock;
    SimTime at;                 ///< the moment of this record
    bool began_before = false;  ///< before the window opened: what it spent until then is in no figure here
};

/// An instance (a VM or container) that held one or more workers; same rules.
struct InstanceLife {
    PoolId pool;
    Duration held;       ///< from acquired to the end of its last worker, inside the window
    Duration acquiring;  ///< before that
    int gpus;            ///< that it has
    Duration gpu_time;   ///< sum over its workers of (time after acquiring) x GPUs used
    LifeEnd end;
    SimTime at{};               ///< the moment of this record; it was held in [at - held, at)
    bool began_before = false;  ///< as in WorkerLife
};

/// Bounds of what PoolUsage::spell_slot_time tells apart: busy spells shorter than each, and the rest.
constexpr std::array<Duration, 3> kSpellBounds{std::chrono::seconds{30}, std::chrono::minutes{30},
                                               std::chrono::hours{4}};

/// Integrals over the measured window of one pool, in worker time. Counts are exact.
struct PoolUsage {
    PoolId pool;
    Duration window{0};
    SummedTime idle_floor{0};        ///< idle time of workers kept as the floor
    SummedTime idle_buffer{0};       ///< spare buffer
    SummedTime idle_timeout{0};      ///< idle time-outs running out
    SummedTime idle_headroom{0};     ///< a fixed or scheduled base that traffic did not fill
    SummedTime slot_time{0};         ///< sum over requests of their time on a worker
    SummedTime failed_slot_time{0};  ///< of which: attempts that did not complete
    std::array<SummedTime, kWorkerStates> state_time{};  ///< sum over workers
    Duration busy_time{0};                               ///< with at least one request on a worker
    std::array<SummedTime, 4>
        spell_slot_time{};  ///< slot_time by length of the unbroken busy spell that it was in
    SummedTime drain_busy{
        0};                ///< of busy and draining workers after the window, until the last request ended
    Duration at_limit{0};  ///< while a decision was clamped
    int peak_workers = 0;
    int peak_in_flight = 0;
    int peak_queue = 0;
    std::vector<Duration> time_at_workers;  ///< time with exactly n ready workers
    std::uint64_t starts = 0;
    std::uint64_t failed_starts = 0;
    std::uint64_t timed_out_starts = 0;  ///< of these: took longer than init_timeout
    std::uint64_t cancelled_starts = 0;
    std::uint64_t clamped = 0;  ///< decisions beyond a limit
    std::uint64_t overflowed = 0;
    std::uint64_t overflowed_base_sooner = 0;
    SetbackCounts<std::uint64_t> lost_workers;  ///< those that an interruption told to go among them
    std::uint64_t outdated_workers = 0;         ///< that a rollout replaced
    ServiceUsage engine;  ///< summed over worker lives; iterations and tokens count where they end
};

/// Receives what the bill is made of.
class UsageObserver {
public:
    virtual ~UsageObserver() = default;
    virtual void worker_ended(const WorkerLife& life) = 0;
    virtual void instance_ended(const InstanceLife& life) = 0;
};

/// One scaling decision that changed something or was clamped, with its reason.
struct DecisionRecord {
    SimTime at;
    PoolId pool;
    Trigger why;
    int before;  ///< present size
    int wanted;  ///< what the policy asked for
    int after;   ///< what limits and supply allowed
    std::string_view rule;
    double observed;
    double threshold;
};

class DecisionObserver {
public:
    virtual ~DecisionObserver() = default;
    virtual void decided(const DecisionRecord& decision) = 0;
};

}  // namespace spillway
