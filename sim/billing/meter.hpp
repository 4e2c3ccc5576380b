#pragma once

#include <span>
#include <vector>

#include "sim/billing/commitment_hours.hpp"
#include "sim/billing/concurrent_use.hpp"
#include "sim/billing/contract.hpp"
#include "sim/billing/usage_totals.hpp"
#include "sim/fleet/observer.hpp"

namespace spillway {

/// Turns the lives that the fleet reports into what each pool is charged for. Rounding and minimums apply to
/// each life by itself (to each instance, where several workers share one); a life that the end of the window
/// cuts is not rounded, and one that began before it has no minimum. Memory does not grow with the traffic,
/// but where a contract has steps with the number of lives.
/// Owned by the run; single-threaded. Copies the purchases.
class Meter final : public UsageObserver, public RequestObserver {
public:
    /// One purchase a pool, by PoolId. `into_hour`: how far the wall clock was into its hour at time 0.
    explicit Meter(std::vector<Purchase> purchases, Duration into_hour = Duration::zero());

    void worker_ended(const WorkerLife& life) override;
    void instance_ended(const InstanceLife& life) override;
    void request_ended(const RequestRecord& request) override;
    void stage_ended(const StageRecord& stage) override;

    /// The totals of one pool when the window has closed over it. CHECKs that the pool's integrals and its
    /// lives agree: idle time by reason is idle time, and GPU time is neither lost nor billed twice.
    UsageTotals totals(const PoolUsage& usage) const;

    /// Measured requests that the pool completed.
    std::uint64_t completed(PoolId pool) const {
        return static_cast<std::uint64_t>(pools_[pool.value].totals.requests);
    }
    const Purchase& purchase(PoolId pool) const { return pools_[pool.value].purchase; }

private:
    void add_request(const RequestRecord& request);
    struct Pool {
        Purchase purchase;
        UsageTotals totals;
        CommitmentHours hours;
        ConcurrentUse at_once;  // if the contract has steps
        Int128 idle = 0;        // GPU-ns of worker lives, billed
    };
    /// One thing that is rounded: a worker, or an instance with several.
    struct Span {
        LifeEnd end;
        bool began_before;
        Duration billed;  ///< before rounding
        SimTime until;    ///< where the billed time ends
    };

    static void add_state(Pool& pool, WorkerState state, Duration time);
    static void add_span(Pool& pool, const Span& span);
    static void add_storage(Pool& pool, const Span& span);

    std::vector<Pool> pools_;
};

}  // namespace spillway
