#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/bit_set.hpp"
#include "sim/core/simulator.hpp"
#include "sim/fleet/load_meter.hpp"
#include "sim/fleet/metric_window.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/fleet/pool_clock.hpp"
#include "sim/fleet/rate_limit.hpp"
#include "sim/fleet/request.hpp"
#include "sim/fleet/specs.hpp"
#include "sim/fleet/step_news.hpp"
#include "sim/fleet/supply.hpp"
#include "sim/fleet/token_window.hpp"
#include "sim/fleet/wait_queue.hpp"
#include "sim/fleet/worker.hpp"
#include "sim/fleet/worker_index.hpp"
#include "sim/fleet/world.hpp"

namespace spillway {

/// What an event of the fleet is about; Event::a and b in parentheses.
enum class FleetEvent : std::uint8_t {
    kServiceChange,     ///< (worker, change generation)
    kStartChange,       ///< (pool)
    kStopped,           ///< (worker, life generation)
    kDrainLimit,        ///< (worker, life generation)
    kStartRetry,        ///< (pool)
    kEnqueue,           ///< (request, generation) gateway in is over
    kTakeUp,            ///< (request, generation)
    kReadDone,          ///< (request, generation) a slow client has the last token
    kPostDone,          ///< (request, generation)
    kDeliver,           ///< (request, generation)
    kRetry,             ///< (request, generation)
    kStages,            ///< (request, generation) its next stages begin, or one has failed
    kPatience,          ///< (request)
    kOverflow,          ///< (request)
    kQueueAge,          ///< (request, generation)
    kBoundWait,         ///< (request, generation) waited as long as it may, bound to a worker at least once
    kClientTimeout,     ///< (class)
    kMaxWait,           ///< (pool, lane)
    kIdle,              ///< (pool)
    kTick,              ///< (pool)
    kWakeAt,            ///< (pool, generation)
    kSample,            ///< (pool)
    kReplace,           ///< (pool) workers were lost: is it to have others?
    kInitTimeout,       ///< (worker, life generation)
    kSupplyOpens,       ///< (supply) what kept it from starting instances may be over
    kExecutionTimeout,  ///< (pool)
    kTimeToLive,        ///< (class)
    kRollout,           ///< (rollout)
    kWorldSlot,         ///< the world's next slot of time begins
    kZoneChange,        ///< (zone) an outage begins, or spot capacity changes
    kSweep,             ///< (zone, number in its slot)
    kReclaim,           ///< (supply, place)
    kCrash,             ///< (pool, rank)
    kHostFault,         ///< (host, number in its slot)
    kHostBack,          ///< (host)
    kNoticeOver,        ///< (worker, life generation)
    kSnapshot,
    kWindowOpens,
    kWindowCloses,
};

/// At most one pending event that may fire early: whoever receives it looks, and arms again if it was too
/// soon.
struct Timer {
    EventHandle handle;
    std::optional<SimTime> at;
};

/// The run-time state of one pool.
struct Pool {
    Pool(PoolId number, PoolSpec pool_spec, RequestTable& requests, WorkerTable& workers,
         std::span<const ClassSpec> classes)
        : id(number),
          spec(std::move(pool_spec)),
          queue(requests, classes),
          index(workers, spec.concurrency,
                spec.binding == Binding::kPush ? WorkerIndex::Choose::kAnyReady
                                               : WorkerIndex::Choose::kWithRoom,
                spec.route ? WorkerIndex::ByNumber::kYes : WorkerIndex::ByNumber::kNo),
          clock(usage),
          limits(spec.rate_limit),
          path(spec.path && !spec.path->is_free() ? spec.path.get() : nullptr),
          lane_timers(2 * classes.size()) {
        usage.pool = number;
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// Asked, starting and ready, less what a rollout has in excess: what a scaling target is compared with.
    int present() const noexcept { return asked + starting + index.ready() - surplus; }
    int limit() const noexcept { return spec.max_workers + spec.excess; }
    int in_flight_ready() const noexcept { return in_flight - in_flight_draining; }
    int waiting() const noexcept { return static_cast<int>(queue.length()) + bound_waiting; }
    /// Whether a start was under way at any time after `since`.
    bool started_after(SimTime since) const noexcept {
        return !coming.empty() || (coming_until && *coming_until > since);
    }
    void settle_counts() noexcept { clock.set_busy_idle(index.busy(), index.idle()); }
    /// Before a count of waiting or running requests changes: a policy may read means over time.
    void weigh_load(SimTime now) {
        if (weighs_load)
            weigh(now);
    }
    void weigh(SimTime now) {
        if (load_meter)
            load_meter->advance(now, waiting(), in_flight_ready());
        if (news != nullptr)
            news->load_held(*this, now);
    }
    /// Somebody hears of every step.
    void tell(StepNews& its_news) noexcept {
        news = &its_news;
        weighs_load = true;
    }
    /// A worker, asked for, starting or ready, is gone though no policy gave it up: a rollout makes up for
    /// it.
    void note_gone() noexcept { surplus -= rolling ? 1 : 0; }
    /// Workers drain, or no longer do. Requires: the clock stands at the present.
    void add_draining(int change) noexcept {
        draining += change;
        clock.set_draining(draining);
    }

    PoolId id;
    PoolSpec spec;
    WaitQueue queue;
    WorkerIndex index;
    PoolUsage usage;
    PoolClock clock;
    std::optional<TokenWindow> tokens;  // empty: nobody looks at them
    RateLimit limits;
    const PathModel* path;  // null when all of it takes no time
    Instances instances;
    Ranks ranks;
    std::uint64_t next_nth = 0;

    int asked = 0;
    int starting = 0;
    int draining = 0;
    int stopping = 0;
    int in_flight = 0;                    // requests that hold a slot
    int in_flight_draining = 0;           // of these, on workers that drain
    int bound_waiting = 0;                // bound to a worker, without a slot
    LinkedList coming;                    // asked and starting workers, oldest first
    std::optional<SimTime> coming_until;  // when the last of them stopped coming

    Timer start_timer;
    Timer idle_timer;
    std::vector<Timer> lane_timers;
    LinkedList running;  // requests with a slot, longest held first, if there is an execution time-out
    Timer running_timer;

    // What changes and goes wrong.
    std::uint32_t version = 0;          // of workers that are asked for
    std::uint32_t startup_since = 0;    // the first version that starts by this start-up model
    int surplus = 0;                    // workers that a rollout has beyond those wanted; below 0: lacks
    std::uint32_t failures_in_row = 0;  // of starts
    std::uint64_t failures = 0;
    bool replace_pending = false;
    bool rolling = false;  // a rollout is under way

    // Control.
    Wakes wakes;
    bool samples = false;  // the policy reads sampled metrics
    MetricWindow metrics;
    std::optional<LoadMeter> load_meter;  // samples are means over time
    StepNews* news = nullptr;             // null: nobody looks at its steps
    bool weighs_load = false;             // somebody hears of each change
    std::uint32_t wake_generation = 0;
    std::optional<SimTime> last_active;
    ScaleDecision last_decision;
    bool opened = false;         // its opening size is in place
    bool retry_pending = false;  // a start has ended without a worker; the policy is asked again
    bool start_refused = false;  // with retry_pending: one failed or found no supply
    std::uint64_t arrivals = 0;
    std::uint64_t arrivals_since_sample = 0;
    bool turned_away = false;   // a request, without a ready worker, since the last tick
    bool turning_away = false;  // one is, and asks the policy before it goes
    std::uint64_t ended = 0;
};

/// What the parts of a fleet work on together; owned by Fleet.
struct FleetState {
    FleetState(Simulator& its_simulator, FleetSpec its_spec)
        : simulator(its_simulator), spec(std::move(its_spec)) {}

    Simulator& simulator;
    std::uint16_t handler = 0;  // the fleet's number in the simulator
    FleetSpec spec;
    RequestTable requests;
    WorkerTable workers;
    BitSet live_workers;
    std::vector<std::unique_ptr<Pool>> pools;
    std::vector<Supply> supplies;
    std::vector<Timer> supply_timers;  // for when it may start instances again
    std::optional<World> world;        // from the beginning of the run on
    std::optional<SimTime> horizon;
    bool window_open = false;
    std::vector<RequestObserver*> request_observers;
    std::vector<UsageObserver*> usage_observers;
    std::vector<DecisionObserver*> decision_observers;
    std::vector<GapObserver*> gap_observers;
    StepNews news;

    Pool& pool_of(const Worker& worker) { return *pools[worker.pool.value]; }

    /// Keeps no run alive: open requests do, and once there is none nobody asks what the fleet would do next.
    Event event(FleetEvent kind, std::uint32_t a = 0, std::uint32_t b = 0) const noexcept {
        return {handler, static_cast<std::uint8_t>(kind), true, a, b};
    }
    /// The window opens and closes whether or not anything happens in it.
    Event window_event(FleetEvent kind) const noexcept {
        return {handler, static_cast<std::uint8_t>(kind), false, 0, 0};
    }

    /// Calls `visit` with the number of every worker that is not gone, in order of number.
    template <class Visit>
    void for_each_worker(Visit&& visit) const {
        for (auto number = live_workers.first_from(0); number;
             number = live_workers.first_from(*number + 1)) {
            visit(*number);
        }
    }

    /// Makes sure that `timer` fires at `at` or before.
    void arm(Timer& timer, SimTime at, Phase phase, const Event& event) {
        if (timer.at && *timer.at <= at)
            return;
        if (timer.at)
            simulator.cancel(timer.handle);
        timer.handle = simulator.schedule_cancellable(at, phase, event);
        timer.at = at;
    }
};

}  // namespace spillway
