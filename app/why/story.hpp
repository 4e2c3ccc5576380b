#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/why/metric_track.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/fleet/step_observer.hpp"

namespace spillway {

/// The look of a policy that ordered starts.
struct DecisionStory {
    SimTime at;
    Trigger why = Trigger::kTick;
    int before = 0;  ///< present size
    int target = 0;  ///< within the pool's limits
    std::string rule;
    double observed = 0;
    double threshold = 0;
    std::optional<MetricLag> lag;  ///< empty: nothing to follow, as rules and requests that act at once have
};

/// One phase of a start; as PhaseTrace, with its own name.
struct PhaseStory {
    std::string name;
    StartPhase kind;
    SimTime begin;
    SimTime end;
    PhaseSource source;
    bool could_be_kept;
    bool critical;
    std::optional<Duration> alone;

    /// What it lost to others on the links that it shares.
    Duration contention() const {
        return alone && end - begin > *alone ? end - begin - *alone : Duration::zero();
    }
};

/// A worker's start, from the order to the first slot.
struct StartStory {
    PoolId pool;
    WorkerId worker;
    std::uint64_t nth = 0;
    StartCause cause = StartCause::kDecision;
    SimTime ordered;
    std::optional<SimTime> began;  ///< it had its place; before, it waited for supply or for its node
    std::optional<SimTime> ready;
    std::optional<HostId> host;
    std::vector<StartStretch> path;  ///< critical; begins at `ordered`
    std::vector<PhaseStory> phases;  ///< where the model knows them
    std::optional<DecisionStory> decision;
};

/// What a request met when it came to a pool.
struct MeetingStory {
    SimTime at;
    PoolId pool;
    int ready = 0;
    int slots = 0;
    int free_slots = 0;
    int coming = 0;  ///< asked for or starting
    int waiting = 0;
    bool at_limit = false;  ///< the pool's last decision wanted more workers than it may have
    std::vector<std::uint32_t> waiting_by_class;
};

/// One request, or one stage of a request, that ended: what came of it and why it took so long.
struct RequestStory {
    RequestRecord record;
    std::optional<std::uint32_t> stage;
    std::vector<MeetingStory> met;  ///< pools that its last attempt came to, in order
    std::vector<std::uint32_t>
        ahead;                        ///< by class: of those that waited in the last of these, who went first
    SimTime entered;                  ///< its wait in a pool began: on coming, or on coming back
    std::optional<SimTime> assigned;  ///< got the slot that delivered it
    std::optional<StartStory> start;  ///< of the worker that delivered it, where it waited for that
    /// Where it waited behind others for a worker that was there: the start that turned ready first
    /// meanwhile, else the one that was under way longest.
    std::optional<StartStory> relief;
    std::vector<RequestStory> stages;  ///< of a staged request, in the order of their ends

    bool completed() const noexcept { return record.outcome == Outcome::kCompleted; }
    /// From coming to the pool to a slot, or to the end.
    Duration wait() const { return assigned.value_or(record.delivered) - entered; }
    /// Of the wait: until the start was ordered that delivered it.
    Duration until_ordered() const;
    /// What its wait would have been, all else being equal, had the decision behind its start come when the
    /// figure truly passed the threshold. Empty: no such decision.
    std::optional<Duration> wait_at_once() const;
};

}  // namespace spillway
