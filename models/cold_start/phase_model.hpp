#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/cold_start/phase_graph.hpp"
#include "models/cold_start/snapshots.hpp"
#include "models/cold_start/start_ground.hpp"
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
/// Each phase is timed when it begins, and its end is an event of its own. A phase that needs an image or
/// weights looks whether the start's host keeps them; one that moves bytes over shared links ends when they
/// have moved. A start on a host with a snapshot of its pool and version spends the restore in the first
/// phases that the snapshot replaces, and nothing in those that follow them.
///
/// Reports as the worker's state the earliest kind that is running. Memory is proportional to the largest
/// StartId and to the starts under way.
class PhaseModel final : public StartupModel {
public:
    /// Throws InputError when the snapshot replaces a phase that the graph lacks.
    PhaseModel(PhaseGraph graph, StartFailure failure, const ModelContext& context,
               std::optional<SnapshotSpec> snapshot = {});

    void begin(const StartContext& context, SimTime now, StartListener& listener) override;
    void cancel(StartId start, SimTime now) override;
    std::optional<SimTime> next_change() const override;
    void advance(SimTime now, StartListener& listener) override;
    /// Of a start that finds nothing on its host and shares no link with another. Exact for phases in series
    /// and for constant times, otherwise the mean of 4096 draws of a fixed seed. A start that fails does not
    /// count.
    double mean_seconds() const override;

    int warmth(HostId host, std::uint32_t version, SimTime now) const override;
    void worker_left(std::optional<HostId> host, std::uint32_t version, SimTime now) override;
    void host_lost(HostId host, SimTime now) override;
    bool remembers() const override;
    std::vector<PhaseTrace> trace(StartId start) const override;
    bool shares_links() const override { return hauls_; }

private:
    /// Where what a phase needs lies.
    enum class Way : std::uint8_t { kAway, kDisk, kMemory, kRestored, kSpared };
    /// What a phase has to do with the pool's snapshot.
    enum class Restore : std::uint8_t { kNone, kTakesIt, kFollowsIt };

    /// One start under way. Its vectors are reused by the next start of that id.
    struct Run {
        StartContext context;
        std::uint64_t order = 0;  // counts this model's starts; 0: no start under way
        SimTime begin;
        std::size_t open_phases = 0;
        std::vector<std::uint32_t> waiting_for;  // by phase: predecessors that have not ended
        std::vector<SimTime> ends;               // by phase
        std::vector<Way> ways;                   // by phase
        std::array<std::uint32_t, kStartPhases> running{};
        StartPhase reported = StartPhase::kAcquire;
        bool fails = false;
        std::optional<SimTime> fails_at;  // empty: when the phases are over
        bool restored = false;            // from a snapshot
        std::vector<Pin> pins;
        std::vector<Stored> brought;  // from elsewhere, by its phases so far
    };
    /// The end of a phase, the first byte of its transfer, or (phase kWholeStart) a moment at which the start
    /// is looked at without either.
    struct Change {
        SimTime at;
        std::uint64_t order;
        std::uint32_t phase;
        StartId start;
        bool fetches = false;
        bool operator>(const Change& other) const noexcept;
    };
    /// A transfer under way for a phase.
    struct Fetching {
        FetchId fetch;
        std::uint64_t order;
        std::uint32_t phase;
        StartId start;
    };

    Run& open(const StartContext& context, SimTime now);
    void draw_failure(Run& run);
    void begin_phase(Run& run, std::uint32_t phase, SimTime now);
    void end_phase(Run& run, std::uint32_t phase, SimTime now);
    double luck(const Run& run, std::uint32_t phase) const;
    Duration phase_time(const Run& run, std::uint32_t phase, SimTime now) const;
    void tell(StartId start, SimTime now, StartListener& listener);
    void finish(Run& run, SimTime now, StartListener& listener);
    void push(Change change);
    void pop();
    void drop_stale();
    double sampled_mean_seconds() const;

    // In phase_needs.cpp.
    void place_restore(const std::string& where);
    Stored version_of(const Stored& stored, std::uint32_t version) const;
    Way way(Run& run, std::uint32_t phase, SimTime now);
    const PhaseHaul* haul(const Run& run, std::uint32_t phase) const;
    SharedLinks::Haul bytes_to_move(const Run& run, std::uint32_t phase) const;
    void begin_fetch(Run& run, std::uint32_t phase, SimTime now);
    void collect_fetched(SimTime now);
    void settle_need(Run& run, std::uint32_t phase, SimTime now);
    void let_go(Run& run, SimTime now);

    static PhaseSource source_of(Way way) noexcept;

    PhaseGraph graph_;
    StartFailure failure_;
    StreamKey failure_key_;
    std::vector<StreamKey> phase_keys_;
    std::shared_ptr<StartGround> ground_;  // shared as StartGround says
    std::uint32_t owner_ = 0;
    std::optional<SnapshotSpec> snapshot_;
    std::optional<Snapshots> snapshots_;
    std::vector<Restore> restores_;  // by phase; empty without a snapshot
    bool hauls_ = false;
    std::vector<Run> runs_;           // by StartId
    std::vector<Change> changes_;     // a heap, the earliest in front; never stale in front
    std::vector<Fetching> fetching_;  // in the order of their beginning
    std::vector<StartStretch> path_;
    std::uint64_t starts_ = 0;
};

}  // namespace spillway
