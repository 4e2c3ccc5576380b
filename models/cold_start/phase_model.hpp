#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/cold_start/phase_graph.hpp"
#include "models/model_context.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/rng.hpp"
#include "sim/fleet/startup_model.hpp"

namespace spillway {

/// Starts that do not become ready.
struct StartFailure {
    double probability = 0;
    /// Seconds from the start's begin to its failure, which may come later than its last phase: a hang that
    /// ends in a time-out. Empty: it fails where it would have been ready.
    std::optional<Distribution> after;
};

/// Starts as graphs of phases whose times are drawn independently, by (pool, n-th start, phase): a start
/// meets the same luck under every policy, and a phase added to the graph moves no other phase's draws.
///
/// Each phase is timed when it begins, and its end is an event of its own. Reports as the worker's state the
/// earliest kind that is running. Memory is proportional to the largest StartId and to the starts under way.
class PhaseModel final : public StartupModel {
public:
    PhaseModel(PhaseGraph graph, StartFailure failure, const ModelContext& context);

    void begin(const StartContext& context, SimTime now, StartListener& listener) override;
    void cancel(StartId start) override;
    std::optional<SimTime> next_change() const override;
    void advance(SimTime now, StartListener& listener) override;
    /// Exact for phases in series and for constant times, otherwise the mean of 4096 draws of a fixed seed. A
    /// start that fails does not count.
    double mean_seconds() const override;

private:
    /// One start under way. Its vectors are reused by the next start of that id.
    struct Run {
        StartContext context;
        std::uint64_t order = 0;  // counts this model's starts; 0: no start under way
        SimTime begin;
        std::size_t open_phases = 0;
        std::vector<std::uint32_t> waiting_for;  // by phase: predecessors that have not ended
        std::vector<SimTime> ends;               // by phase
        std::array<std::uint32_t, kStartPhases> running{};
        StartPhase reported = StartPhase::kAcquire;
        bool fails = false;
        std::optional<SimTime> fails_at;  // empty: when the phases are over
    };
    /// The end of a phase, or (phase kWholeStart) a moment at which the start is looked at without one.
    struct Change {
        SimTime at;
        std::uint64_t order;
        std::uint32_t phase;
        StartId start;
        bool operator>(const Change& other) const noexcept;
    };

    Run& open(const StartContext& context, SimTime now);
    void draw_failure(Run& run);
    void begin_phase(Run& run, std::uint32_t phase, SimTime now);
    void end_phase(Run& run, std::uint32_t phase, SimTime now);
    Duration phase_time(const Run& run, std::uint32_t phase, SimTime now) const;
    void tell(StartId start, SimTime now, StartListener& listener);
    void finish(Run& run, StartListener& listener);
    void push(Change change);
    void pop();
    void drop_stale();
    double sampled_mean_seconds() const;

    PhaseGraph graph_;
    StartFailure failure_;
    StreamKey failure_key_;
    std::vector<StreamKey> phase_keys_;
    std::vector<Run> runs_;        // by StartId
    std::vector<Change> changes_;  // a heap, the earliest in front; never stale in front
    std::vector<StartStretch> path_;
    std::uint64_t starts_ = 0;
};

}  // namespace spillway
