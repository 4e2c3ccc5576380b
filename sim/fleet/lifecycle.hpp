#pragma once

#include <optional>
#include <vector>

#include "sim/fleet/fleet_state.hpp"

namespace spillway {

/// Hears what becomes of workers.
class WorkerListener {
public:
    virtual ~WorkerListener() = default;
    /// It can serve from now on; it stands in its pool's index, idle. Must not start or retire workers.
    virtual void worker_ready(std::uint32_t worker, SimTime now) = 0;
    /// Its start failed or was cancelled: requests bound to it need another place. The worker is gone after
    /// the call. Must not start or retire workers.
    virtual void start_lost(std::uint32_t worker, LifeEnd end, SimTime now) = 0;
    /// Workers turned ready, and every start of the pool that ended at this instant has been told.
    virtual void starts_settled(Pool& pool, SimTime now) = 0;
    /// It was draining and its time is up: what it holds must leave now.
    virtual void drain_limit_reached(std::uint32_t worker, SimTime now) = 0;
    /// It died: what it holds must leave now. It is in no index, and gone after the call. Must not start or
    /// retire workers.
    virtual void worker_lost(std::uint32_t worker, Setback why, SimTime now) = 0;
    /// Workers that were ready are so no longer, and no policy wanted it.
    virtual void workers_missing(Pool& pool, SimTime now) = 0;
    /// A worker or an instance took a place that may be struck.
    virtual void place_taken(Pool& pool) = 0;
};

/// Starts and stops workers: supply, instances, start phases, draining. Fleet-internal.
class Lifecycle final : public StartListener {
public:
    Lifecycle(FleetState& state, WorkerListener& listener) : state_(state), listener_(listener) {}

    /// Asks for one more worker and returns it; empty when its supply refuses. The limits are the caller's
    /// business.
    std::optional<std::uint32_t> ask(Pool& pool, StartCause cause, SimTime now);
    /// A worker that is there from the beginning, ready at once; false when its supply refuses.
    bool place_ready(Pool& pool, SimTime now);

    /// Takes a worker out of service: one that is asked for or starting is cancelled, an idle one stops, a
    /// busy one drains and is stopped after `drain_limit` at the latest.
    void retire(std::uint32_t worker, std::optional<Duration> drain_limit, SimTime now);
    /// The worker dies at once, whatever it does. Requires: it has a place on an instance.
    void lose(std::uint32_t worker, Setback why, SimTime now);
    /// Every worker of the instance dies at once.
    void lose_instance(Pool& pool, std::uint32_t instance, Setback why, SimTime now);
    /// The provider takes the instance back: its starts end, its workers drain until the notice is over and
    /// then die.
    void interrupt(Pool& pool, std::uint32_t instance, Duration notice, SimTime now);
    /// Asks that wait for the supply are looked at again.
    void serve_waiting_asks(std::size_t supply, SimTime now);
    /// A draining worker has nothing left.
    void drained(std::uint32_t worker, SimTime now) { stop(worker, now); }

    // Events.
    void start_change(Pool& pool, SimTime now);
    void stop_done(std::uint32_t worker, std::uint32_t generation, SimTime now);
    void drain_limit(std::uint32_t worker, std::uint32_t generation, SimTime now);
    void init_timeout(std::uint32_t worker, std::uint32_t generation, SimTime now);
    void notice_over(std::uint32_t worker, std::uint32_t generation, SimTime now);
    void supply_opens(std::size_t supply, SimTime now);

    void window_opens(SimTime now);
    /// Reports every life and instance that runs on.
    void window_closes(SimTime now);

    void start_reached(StartId start, StartPhase phase) override;
    void start_ready(StartId start, const std::vector<StartStretch>& path) override;
    void start_failed(StartId start) override;

private:
    /// A worker that is launched counts for the provider's limit on launches; one that was there does not.
    enum class Origin : std::uint8_t { kLaunched, kWasThere };
    std::uint32_t make_worker(Pool& pool, StartCause cause, SimTime now);
    /// Gives the worker a place on an instance, buying one if need be; false when the supply is short.
    bool place(Pool& pool, std::uint32_t worker, Origin origin, SimTime now);
    void begin_start(Pool& pool, std::uint32_t worker, SimTime now);
    void settle_acquired(SimTime now);
    void instance_acquired(Pool& pool, Instance& instance, SimTime now);
    void finish_start(std::uint32_t worker, SimTime now);
    void fail_start(std::uint32_t worker, SimTime now);
    void arm_init_timeout(const Pool& pool, std::uint32_t worker, SimTime now);
    void become_ready(Pool& pool, std::uint32_t worker, SimTime now);
    void stop(std::uint32_t worker, SimTime now);
    void end_life(std::uint32_t worker, LifeEnd end, SimTime now);
    void leave_instance(Pool& pool, Worker& worker, LifeEnd end, SimTime now);
    void fill_room(Pool& pool, SimTime now);
    void begin_placed(Pool& pool, std::uint32_t worker, SimTime now);
    void report_life(std::uint32_t worker, LifeEnd end, SimTime now);
    void report_instance(Pool& pool, const Instance& instance, LifeEnd end, SimTime now);
    void leave_coming(Pool& pool, std::uint32_t worker, SimTime now);
    std::optional<Supply::Grant> take_gpus(const Pool& pool, const Worker& worker, SimTime now);
    bool sells(std::size_t supply, std::optional<ZoneId> zone, SimTime now);
    void arm_supply_timer(std::size_t supply, SimTime now);
    void die(std::uint32_t worker, Setback why, SimTime now);
    void abort_start(Pool& pool, std::uint32_t worker, SimTime now);
    void forget_start(Pool& pool, std::uint32_t worker, SimTime now);
    void count_failed_start(Pool& pool);
    void leave_service(Pool& pool, std::uint32_t worker, SimTime now);
    std::vector<std::uint32_t> workers_of(const Pool& pool, std::uint32_t instance) const;
    void arm_start_timers(Pool& pool);
    void arm_start_timer(Pool& pool);
    /// Where somebody looks at each step.
    static void tell(WorkerStepKind kind, const Worker& worker, const Pool& pool, SimTime now) {
        if (pool.news != nullptr)
            pool.news->worker(kind, worker, pool, now);
    }
    bool shares_instances(const Pool& pool) const noexcept {
        return pool.spec.gpus_per_instance > pool.spec.gpus_per_worker;
    }

    FleetState& state_;
    WorkerListener& listener_;
    // What a start-up model said during its begin() or advance(): acted upon afterwards, because acting may
    // begin new starts.
    std::vector<std::uint32_t> acquired_;
    std::vector<std::uint32_t> finished_;
    std::vector<std::uint32_t> failed_;
};

}  // namespace spillway
