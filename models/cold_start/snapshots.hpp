#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/cold_start/phase_need.hpp"
#include "models/model_context.hpp"
#include "sim/core/rng.hpp"
#include "sim/fleet/startup_model.hpp"

namespace spillway {

/// The chance to land where a snapshot lies, on a platform that does not tell its hosts:
/// P = at_once * exp(-gap / fade), gap being the time since the worker left that made it.
struct SnapshotChance {
    double at_once = 1;
    std::optional<Duration> fade{};  ///< empty: it does not fade
    bool serves_all = false;         ///< any number of starts at once; false: each leaving worker serves one
};

/// What a host keeps of a worker that ran on it, so that the next one need not go through all phases.
struct SnapshotSpec {
    PhaseTime restore;
    std::optional<PhaseHaul> haul{};         ///< in place of the time
    std::vector<std::string> replaces{};     ///< names of phases
    std::optional<Distribution> kept_for{};  ///< seconds unused; empty: until it is evicted
    Duration taken_in{0};                    ///< after the worker left, until it can be used
    std::optional<std::int64_t> bytes{};     ///< of the host's weight cache; empty: it takes no room
    std::optional<SnapshotChance> chance{};  ///< used for starts whose host is not known
    std::string where{};                     ///< its place in the file, for errors
};

/// The snapshots of one pool, by host and version. Single-threaded.
class Snapshots {
public:
    /// `owner` is the pool's number on the ground.
    Snapshots(SnapshotSpec spec, std::shared_ptr<StartGround> ground, std::uint32_t owner,
              const ModelContext& context);

    /// There is one on that host that could be restored at `now`.
    bool is_on(HostId host, std::uint32_t version, SimTime now) const;
    /// Whether this start, which begins at `now`, is restored from one; then that counts as its use.
    bool serves(const StartContext& start, SimTime now);
    void worker_left(std::optional<HostId> host, std::uint32_t version, SimTime now);
    void host_lost(HostId host);

private:
    struct Kept {
        SimTime from;
        std::optional<SimTime> until;
    };
    struct Place {
        std::uint32_t version;
        SimTime from;  // when it can be restored
        SimTime left;
    };
    Stored stored(std::uint32_t version) const;
    std::optional<SimTime> kept_until(HostId host, SimTime now) const;
    bool serves_by_chance(const StartContext& start, SimTime now);
    void leave_place(std::uint32_t version, SimTime now);

    SnapshotSpec spec_;
    std::shared_ptr<StartGround> ground_;
    std::uint32_t owner_;
    std::uint32_t name_ = 0;  // on the ground, where it has bytes
    StreamKey kept_key_;
    StreamKey chance_key_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Kept> kept_;  // by host and version
    std::vector<Place> places_;  // where hosts are not known, in order of leaving
};

}  // namespace spillway
