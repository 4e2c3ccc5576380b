#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/rng.hpp"
#include "sim/fleet/control_loop.hpp"
#include "sim/fleet/fleet_state.hpp"
#include "sim/fleet/lifecycle.hpp"

namespace spillway {

/// Takes requests from arrival to answer: routes, queues, binds them to workers, and ends them.
/// Fleet-internal.
class Dispatcher {
public:
    Dispatcher(FleetState& state, RequestSource& source);
    void connect(ControlLoop& control, Lifecycle& lifecycle) noexcept {
        control_ = &control;
        lifecycle_ = &lifecycle;
    }

    /// Takes the pending arrival of the source.
    void arrive(SimTime now);
    /// Looks at the source for the time of the next arrival.
    void announce_next();

    // What becomes of workers.
    void worker_ready(std::uint32_t worker, SimTime now);
    void start_lost(std::uint32_t worker, SimTime now);
    void drain_limit_reached(std::uint32_t worker, SimTime now);
    /// A pool that starts one worker a request tries again for those that wait without one.
    void start_for_waiting(Pool& pool, SimTime now);

    // Events; those of a request ignore a stale generation.
    void service_change(std::uint32_t worker, std::uint32_t generation, SimTime now);
    void request_event(FleetEvent kind, std::uint32_t request, std::uint32_t generation, SimTime now);
    void patience_over(std::uint32_t request, SimTime now);
    void overflow_due(std::uint32_t request, SimTime now);
    void client_timeout(std::uint32_t class_index, SimTime now);
    void max_wait(Pool& pool, std::uint32_t lane, SimTime now);

    std::uint64_t open_requests() const noexcept { return open_; }

private:
    struct ClassState {
        LinkedList open;  ///< attempts under way, oldest first
        Timer timer;
    };

    // dispatcher.cpp: the way in.
    std::uint32_t take_arrival(SimTime now);
    void begin_attempt(std::uint32_t request, SimTime now);
    void enter_first_pool(std::uint32_t request, SimTime now);
    /// Gives it a slot or a place to wait. Returns why the pool turns it away; empty: it is in.
    [[nodiscard]] std::string_view enter_pool(std::uint32_t request, std::uint32_t which, SimTime now);
    void take_slot(std::uint32_t request, std::uint32_t worker, SimTime now);
    void wait_in(Pool& pool, std::uint32_t request, std::uint32_t which, std::optional<std::uint32_t> worker,
                 SimTime now);
    /// Why the pool turns a request away that finds no slot; empty: it may wait.
    std::string_view refusal(const Pool& pool) const;
    void stand_in_queue(Pool& pool, std::uint32_t request, std::uint32_t which, SimTime now);
    bool bind_to_start(Pool& pool, std::uint32_t request, SimTime now);
    void bind(Pool& pool, std::uint32_t request, std::uint32_t worker, SimTime now);
    void unbind(std::uint32_t request);
    void watch_patience(std::uint32_t request, SimTime now);
    void push_to_worker(Pool& pool, std::uint32_t request, std::uint32_t worker, SimTime now);
    void overflow(std::uint32_t request, SimTime now);
    RequestView view_of(const Request& request, SimTime now) const;
    std::optional<std::uint32_t> pick_worker(Pool& pool, std::uint32_t request, SimTime now);

    // dispatch_service.cpp: on a worker.
    void charge_start(Request& request, const Worker& worker) const;
    void assign(std::uint32_t request, std::uint32_t worker, SimTime now);
    void admit(std::uint32_t request, SimTime now);
    void fill(std::uint32_t worker, SimTime now);
    void offer_slots(Pool& pool, SimTime now);
    std::uint32_t next_for(Pool& pool, std::uint32_t worker);
    void watch_service(std::uint32_t worker, SimTime now);
    void served(std::uint32_t request, const ServiceEnd& end, SimTime now);
    void free_slot(std::uint32_t worker, SimTime now);
    void settle(std::uint32_t worker, int before, SimTime now);

    // dispatch_end.cpp: the way out.
    void queue_age_reached(std::uint32_t request, SimTime now);
    void return_answer(std::uint32_t request, SimTime now);
    void fail_attempt(std::uint32_t request, Outcome outcome, std::string_view reason, SimTime now);
    void leave_everything(std::uint32_t request, SimTime now);
    void leave_waiting(std::uint32_t request, SimTime now);
    void leave_queues(std::uint32_t request);
    void leave_worker(std::uint32_t request, SimTime now);
    void cancel_idle_starts(Pool& pool, SimTime now);
    bool retry(std::uint32_t request, Outcome outcome, SimTime now);
    void end(std::uint32_t request, Outcome outcome, std::string_view reason, SimTime now);
    void attribute(const Request& request, RequestRecord& record, SimTime now) const;

    Request& at(std::uint32_t request) noexcept { return state_.requests[request]; }
    Pool& pool_at(PoolId pool) noexcept { return *state_.pools[pool.value]; }
    auto open_links() {
        return [this](std::uint32_t n) -> ListLinks& { return state_.requests[n].open_links; };
    }
    auto bound_links() {
        return [this](std::uint32_t n) -> ListLinks& { return state_.requests[n].bound_links; };
    }

    FleetState& state_;
    RequestSource& source_;
    ControlLoop* control_ = nullptr;
    Lifecycle* lifecycle_ = nullptr;
    std::vector<ClassState> classes_;
    std::vector<ServiceEnd> ended_;
    StreamKey luck_key_;
    StreamKey client_key_;
    StreamKey retry_key_;
    std::uint64_t open_ = 0;
};

}  // namespace spillway
