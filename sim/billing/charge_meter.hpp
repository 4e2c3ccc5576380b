#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/billing/charge_shares.hpp"
#include "sim/billing/contract.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/fleet/step_observer.hpp"

namespace spillway {

/// Watches who causes what a bill charges for. Rules:
///
/// Requests that are on a worker at once share its time equally. A start is caused by the requests that wait
/// in its pool when it is ordered, in proportion to their classes' numbers, where one start is made for a
/// request by that one; where nobody waits, by those that run; for the floor, a new version or an opening
/// size by the pool itself. Idle time that is a time-out running out belongs to the class of the request that
/// left the worker last (before the first: to the class that caused most of its start).
///
/// Counts inside the measured window only. Memory is that of what is open at once. Owned by the run; copies
/// the purchases.
class ChargeMeter final : public StepObserver,
                          public ControlObserver,
                          public UsageObserver,
                          public RequestObserver {
public:
    /// One purchase a pool, by PoolId.
    ChargeMeter(std::vector<Purchase> purchases, std::size_t classes);

    void request_stepped(const RequestStep& step) override;
    void worker_stepped(const WorkerStep& step) override;
    void control_begins(PoolId, const Wakes&) override {}
    void control_stepped(const ControlStep& step) override;
    void sampled(const SampleStep&) override {}
    void load_held(PoolId, int, int, SimTime) override {}
    void worker_ended(const WorkerLife& life) override;
    void instance_ended(const InstanceLife&) override {}
    void request_ended(const RequestRecord& request) override;
    void stage_ended(const StageRecord& stage) override;

    /// When the run is over.
    const ChargeShares& shares(PoolId pool) const { return pools_[pool.value].shares; }

private:
    /// Time on a worker, in 2^-20 ns: busy, and while it drains.
    struct Served {
        Int128 busy = 0;
        Int128 draining = 0;
        Served operator-(const Served& other) const { return {busy - other.busy, draining - other.draining}; }
    };
    struct Life {
        PoolId pool;
        OwnerShares cause;  // of its start
        OwnerShares used;   // by requests, so far
        std::size_t owner;  // of its idle time
        Served each;        // that a request would have got which was there all along
        int in_flight = 0;
        SimTime since;
        bool takes = false;  // ready, and does not drain
        bool over = false;   // the window has closed over it
    };
    struct Attempt {
        std::optional<WorkerId> worker;  // while it has a slot there
        PoolId pool;
        std::size_t owner = 0;
        Served before;  // Life::each when it came
        Served served;
        bool lost = false;
    };
    struct Pool {
        Pool(Purchase its_purchase, std::size_t classes)
            : purchase(std::move(its_purchase)), shares(classes), running(classes + 1), idle(classes + 1) {}
        Purchase purchase;
        ChargeShares shares;
        std::optional<std::size_t> coming;  // owner of the request that looks for a slot right now
        std::vector<std::int64_t> running;  // by owner
        std::vector<std::int64_t> idle;     // workers, by owner
        std::int64_t idle_workers = 0;
        std::int64_t busy_workers = 0;
        int floor = 0;
        int buffer = 0;
        int target = 0;
        IdleReason rest = IdleReason::kTimeout;
        SimTime since;
        bool over = false;
    };

    std::size_t nobody() const noexcept { return classes_; }
    static Int128 inside(SimTime& since, SimTime now);
    void advance(Life& life, SimTime now) const;
    void advance(Pool& pool, SimTime now) const;
    void take(const RequestStep& step);
    void free(const RequestStep& step);
    void lose(const RequestStep& step);
    void settle(const Attempt& attempt);
    void order(const WorkerStep& step);
    OwnerShares cause_of(const WorkerStep& step) const;
    void count_idle(const Life& life, int change);
    void add_completed(const RequestRecord& request);

    std::size_t classes_;
    std::vector<Pool> pools_;
    std::vector<std::optional<Life>> lives_;  // by WorkerId, that are alive
    std::unordered_map<std::uint32_t, Attempt> attempts_;
};

}  // namespace spillway
