#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sim/core/time.hpp"
#include "sim/fleet/metric_window.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/fleet/request_source.hpp"
#include "sim/fleet/scale_policy.hpp"
#include "sim/fleet/startup_model.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

// What an explanation is made of: every step of requests and workers, every look of a policy. A run tells
// these only where somebody listens, and keeps nothing for it otherwise.

/// A pool at the moment of a step. Valid during the call.
struct PoolNow {
    int waiting = 0;    ///< requests without a slot
    int in_flight = 0;  ///< on workers that take requests
    int ready = 0;
    int slots = 0;  ///< of the ready workers
    int asked = 0;  ///< wanted, waiting for supply
    int starting = 0;
    bool measured = true;                               ///< the window is open
    std::span<const std::uint32_t> waiting_by_class{};  ///< by ClassId: places taken in the pool's queue

    int free_slots() const noexcept { return slots > in_flight ? slots - in_flight : 0; }
};

enum class RequestStepKind : std::uint8_t {
    kCame,   ///< looks for a slot in the pool; what it finds is in the step
    kWaits,  ///< has a place in the pool's queue, or waits for `worker` and no other
    kTook,   ///< has a slot on `worker`
    kFreed,  ///< left the slot
    kLost,   ///< this attempt came to nothing: its client may send it again, or it goes back to a queue
    kEnds,   ///< RequestObserver hears of its end next
};

struct RequestStep {
    SimTime at;
    RequestStepKind kind;
    std::uint32_t request;  ///< the fleet's number for it, or for the stage, while it is open; then reused
    std::uint64_t origin;   ///< of the logical request, for a stage too
    std::optional<std::uint32_t> stage;
    std::uint32_t attempt;
    ClassId class_id;
    PoolId pool;
    std::optional<WorkerId> worker;
    PoolNow now;
};

/// What had a worker made.
enum class StartCause : std::uint8_t {
    kDecision,  ///< the last look that the pool's policy had
    kRequest,   ///< the request that came last: one start a request
    kRollout,   ///< a new version
    kOpening,   ///< there from the beginning: no start
};

enum class WorkerStepKind : std::uint8_t {
    kOrdered,
    kBegan,   ///< it has its place, and its phases begin
    kPhases,  ///< all are over; `phases` tell of each, where the model knows them
    kReady,   ///< takes requests; `path` is its start's critical path
    kLeaves,  ///< takes no more: drains, stops or was lost
    kEnded,   ///< after UsageObserver heard of its life
};

struct WorkerStep {
    SimTime at;
    WorkerStepKind kind;
    PoolId pool;
    WorkerId worker;
    std::uint64_t nth;                         ///< counts the pool's starts
    StartCause cause = StartCause::kDecision;  ///< of kOrdered
    std::optional<HostId> host{};              ///< of kBegan
    std::span<const PhaseTrace> phases{};      ///< of kPhases, valid during the call
    std::span<const StartStretch> path{};      ///< of kReady, valid during the call
    PoolNow now{};
};

/// Hears of every step of requests and workers as it happens.
class StepObserver {
public:
    virtual ~StepObserver() = default;
    virtual void request_stepped(const RequestStep& step) = 0;
    virtual void worker_stepped(const WorkerStep& step) = 0;
};

/// A policy was asked, and this is about to be carried out: starts that it orders are told next.
struct ControlStep {
    SimTime at;
    PoolId pool;
    Trigger why;
    int before;  ///< present size
    int target;  ///< within the pool's limits
    const ScaleDecision& decision;
    PoolNow now;
};

/// A platform's metrics took a sample.
struct SampleStep {
    SimTime at;
    PoolId pool;
    const MetricWindow::Sample& sample;
    PoolNow now;
};

/// Hears of every look that policies have, and of what they look at.
class ControlObserver {
public:
    virtual ~ControlObserver() = default;
    virtual void control_stepped(const ControlStep& step) = 0;
    virtual void sampled(const SampleStep& step) = 0;
    /// So many requests waited and ran in the pool from the last such call until `until`; what changes then
    /// follows.
    virtual void load_held(PoolId pool, int waiting, int in_flight, SimTime until) = 0;
    /// Before the first of its steps: when the pool's policy is called, and what its metrics show.
    virtual void control_begins(PoolId pool, const Wakes& wakes) = 0;
};

}  // namespace spillway
