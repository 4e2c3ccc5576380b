#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/simulator.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/fleet/request_source.hpp"
#include "sim/fleet/snapshot.hpp"
#include "sim/fleet/specs.hpp"
#include "sim/fleet/step_observer.hpp"
#include "sim/fleet/token_observer.hpp"

namespace spillway {

/// Receives the state of every pool once a second of the measured window.
class SnapshotObserver {
public:
    virtual ~SnapshotObserver() = default;
    virtual void snapshot(const PoolSnapshot& snapshot) = 0;
};

/// What is left when the window closes: requests that arrived inside and have not ended.
struct Leftover {
    std::uint64_t requests = 0;  ///< open when the window closed
    Duration drained{0};         ///< from the end of the window until the last of them ended
    std::array<double, 4>
        open_by_quarter{};  ///< mean open requests in each quarter of the traffic: does it grow?
};

/// A simulated fleet: pools of workers, their queues, policies and supplies, under the traffic of one source.
///
/// One run: add observers, then run(). The window [0, horizon) is measured; what arrived in it is followed to
/// its end. Observers are owned by the caller and outlive the fleet. Not thread-safe; many fleets may run
/// side by side.
class Fleet {
public:
    /// Takes over the models and policies of `spec`. `source` is owned by the caller and outlives the fleet.
    /// Throws InputError when the spec contradicts itself (no pool, a minimum above the maximum).
    Fleet(FleetSpec spec, RequestSource& source);
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    void observe(RequestObserver& observer);
    void observe(UsageObserver& observer);
    void observe(DecisionObserver& observer);
    void observe(SnapshotObserver& observer);
    void observe(GapObserver& observer);
    void observe(StepObserver& observer);
    void observe(ControlObserver& observer);

    /// Runs to the end of the last request that arrived inside the window. Once only.
    void run();

    // After run().
    SimTime horizon() const;
    const PoolUsage& usage(PoolId pool) const;
    const Leftover& leftover() const;
    std::uint64_t events() const noexcept;

private:
    class Core;
    std::unique_ptr<Core> core_;
};

}  // namespace spillway
