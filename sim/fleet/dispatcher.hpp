#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/rng.hpp"
#include "sim/fleet/control_loop.hpp"
#include "sim/fleet/fleet_state.hpp"
#include "sim/fleet/flow_run.hpp"
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

    /// Takes the pending arrival of the source; announce_next() is up to the caller.
    void arrive(SimTime now);
    /// Looks at the source for the time of the next arrival.
    void announce_next();

    // What becomes of workers.
    void worker_ready(std::uint32_t worker, SimTime now);
    void start_lost(std::uint32_t worker, LifeEnd end, SimTime now);
    void drain_limit_reached(std::uint32_t worker, SimTime now);
    /// What the worker holds leaves it: it goes back to the queue, or its attempt failed.
    void worker_lost(std::uint32_t worker, Setback why, SimTime now);
    /// A pool that starts one worker a request tries again for those that wait without one.
    void start_for_waiting(Pool& pool, SimTime now);

    // Events; those of a request ignore a stale generation.
    void service_change(std::uint32_t worker, std::uint32_t generation, SimTime now);
    void request_event(FleetEvent kind, std::uint32_t request, std::uint32_t generation, SimTime now);
    void patience_over(std::uint32_t request, SimTime now);
    void overflow_due(std::uint32_t request, SimTime now);
    void client_timeout(std::uint32_t class_index, SimTime now);
    void max_wait(Pool& pool, std::uint32_t lane, SimTime now);
    void execution_timeout(Pool& pool, SimTime now);
    void time_to_live(std::uint32_t class_index, SimTime now);

    std::uint64_t open_requests() const noexcept { return open_; }

private:
    struct ClassState {
        std::optional<Duration> timeout;
        std::optional<Duration> poll;
        const FlowSpec* flow = nullptr;  ///< null: of one stage
        LinkedList open;                 ///< attempts under way, oldest first, if the class has a time-out
        Timer timer;
        LinkedList by_age;  ///< open requests, oldest first, if the class has a time to live
        Timer age_timer;
    };

    // dispatcher.cpp: the way in.
    Request& new_request();
    Request& take_arrival(SimTime now);
    void begin_attempt(Request& request, SimTime now);
    Route ask_route(const Request& request, SimTime now);
    void forget_timeout(Request& request);
    void enter_first_pool(Request& request, SimTime now);
    /// Gives it a slot or a place to wait. Returns why the pool turns it away; empty: it is in.
    [[nodiscard]] std::string_view enter_pool(Request& request, std::uint32_t which, SimTime now);
    void wait_in(Pool& pool, Request& request, std::uint32_t which, Worker* worker, SimTime now);
    /// Why the pool turns a request away that finds no slot; empty: it may wait.
    std::string_view refusal(const Pool& pool) const;
    void stand_in_queue(Pool& pool, Request& request, std::uint32_t which, SimTime now);
    void watch_wait(Pool& pool, Request& request, std::uint32_t which, SimTime now);
    bool bind_to_start(Pool& pool, Request& request, SimTime now);
    void bind(Pool& pool, Request& request, Worker& worker, SimTime now);
    void unbind(Request& request);
    void overflow(Request& request, SimTime now);
    void enter_fallbacks(Request& request, SimTime now);
    static void write_tickets(Request& request);
    /// The ticket for the queue of `pool`. Requires: it has one.
    static std::uint32_t place_in(const Request& request, const Pool& pool);
    RequestView view_of(const Request& request, SimTime now) const;
    Worker* pick_worker(Pool& pool, const Request& request, SimTime now);

    // dispatch_path.hpp: a slot is taken and freed, which is most of what happens.
    void assign(Request& request, Worker& worker, Pool& pool, SimTime now);
    void admit(Request& request, Worker& worker, SimTime now);
    void free_slot(Request& request, Worker& worker, Pool& pool, SimTime now);
    void fill(Worker& worker, Pool& pool, SimTime now);
    void settle(Worker& worker, Pool& pool, int before, SimTime now);
    void watch_service(Worker& worker, SimTime now);

    // dispatch_service.cpp: on a worker.
    void charge_start(Request& request, const Worker& worker) const;
    bool reserve(Request& request, const Pool& pool, SimTime now);
    Request* next_for(Pool& pool, const Worker& worker);
    void change_state(Worker& worker, Pool& pool, int before, SimTime now);
    void cancel_idle_starts(Pool& pool, SimTime now);
    void offer_slots(Pool& pool, SimTime now);
    void served(const ServiceEnd& end, Worker& worker, Pool& pool, SimTime now);
    void read_done(Request& request, SimTime now);
    Duration post_time(const Request& request, const Pool& pool) const;
    /// After post-processing of so long; the slot is free, or stays its until then.
    void return_after(Request& request, Duration post, SimTime now);
    void turned_down(Request& request, Worker& worker, Pool& pool, SimTime now);

    // dispatch_limits.cpp: how long a request waits, runs and lives.
    void watch_timeout(Request& request, SimTime now);
    void watch_patience(Request& request, SimTime now);
    void watch_execution(Request& request, Pool& pool, SimTime now);
    void watch_age(Request& request);
    const Pool& waiting_in(const Request& request);
    void waited_too_long(Request& request, const Pool& pool, SimTime now);

    // dispatch_loss.cpp: workers that are lost.
    void evict(Request& request, Worker& worker, Pool& pool, Setback why, SimTime now);
    void requeue(Request& request, Pool& pool, SimTime now);

    // dispatch_end.cpp: the way out.
    void queue_age_reached(const Request& request, SimTime now);
    void return_answer(Request& request, SimTime now);
    void fail_attempt(Request& request, Outcome outcome, std::string_view reason, SimTime now);
    void give_up(Request& request, Outcome outcome, std::string_view reason, SimTime now);
    void leave_everything(Request& request, SimTime now);
    void leave_waiting(Request& request, SimTime now);
    void leave_queues(Request& request);
    void leave_worker(Request& request, SimTime now);
    bool retry(Request& request, Outcome outcome, SimTime now);
    void end(Request& request, const RequestRecord& record);
    Duration until_poll(const Request& request, SimTime now) const;
    static RequestRecord failed_record(const Request& request, Outcome outcome, std::string_view reason,
                                       SimTime now);
    void tell_client(const RequestRecord& record, std::uint64_t session, std::uint32_t turn);

    // dispatch_flow.cpp: requests of several stages.
    void begin_flow(Request& request, SimTime now);
    void begin_stages(Request& request, SimTime now);
    Request& stage_request(const Request& whole, std::uint32_t number, SimTime now);
    void stage_ended(Request& stage, const RequestRecord& record);
    void tell_stage(const Request& stage, const RequestRecord& record);
    void release_stage(Request& stage);
    void stages_due(Request& request, SimTime now);
    void withdraw_stages(const Request& request, SimTime now);
    void staged_answer(Request& request, SimTime now);
    RequestRecord staged_record(const Request& request, SimTime now) const;
    /// The logical request that it is a stage of, or itself.
    const Request& whole_of(const Request& request) const noexcept {
        return request.is_stage() ? state_.requests[flow_runs_[request.flow_run].request()] : request;
    }

    /// Where somebody looks at each step.
    void tell(RequestStepKind kind, const Request& request, const Pool& pool, SimTime now) const {
        if (pool.news != nullptr) [[unlikely]]
            pool.news->request(kind, request, whole_of(request).sent.origin, pool, now);
    }

    Request& at(std::uint32_t request) noexcept { return state_.requests[request]; }
    Worker& worker_of(const Request& request) noexcept { return state_.workers[request.worker.value]; }
    Pool& pool_at(PoolId pool) noexcept { return *state_.pools[pool.value]; }
    Event event_of(const Request& request, FleetEvent kind) const noexcept {
        return state_.event(kind, request.number, request.generation);
    }
    auto open_links() {
        return [this](std::uint32_t n) -> ListLinks& { return state_.requests[n].open_links; };
    }
    auto run_links() {
        return [this](std::uint32_t n) -> ListLinks& { return state_.requests[n].run_links; };
    }
    auto age_links() {
        return [this](std::uint32_t n) -> ListLinks& { return state_.requests[n].age_links; };
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
    SlotTable<FlowRun> flow_runs_;
    std::vector<char> taken_;  // by stage, of the request that begins
    StreamKey luck_key_;
    StreamKey client_key_;
    StreamKey retry_key_;
    StreamKey share_key_;
    StreamKey tokens_key_;
    std::uint64_t open_ = 0;
    bool reacts_;  // clients that hear of answers
};

}  // namespace spillway
