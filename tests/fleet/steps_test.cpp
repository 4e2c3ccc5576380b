#include "sim/fleet/step_observer.hpp"

#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// Writes a letter a step: requests in small, workers in capitals, looks of the policy as '?'.
class Diarist final : public StepObserver, public ControlObserver {
public:
    explicit Diarist(Fleet& fleet) {
        fleet.observe(static_cast<StepObserver&>(*this));
        fleet.observe(static_cast<ControlObserver&>(*this));
    }
    void request_stepped(const RequestStep& step) override {
        text += "cwtfle"[static_cast<std::size_t>(step.kind)];
        requests.push_back(step);
    }
    void worker_stepped(const WorkerStep& step) override {
        text += "OBPRLE"[static_cast<std::size_t>(step.kind)];
        workers.push_back(step);
    }
    void control_stepped(const ControlStep& step) override {
        text += '?';
        looks.emplace_back(step.before, step.target);
    }
    void sampled(const SampleStep&) override { ++samples; }
    void load_held(PoolId, int waiting, int in_flight, SimTime until) override {
        loads.emplace_back(until, waiting, in_flight);
    }
    void control_begins(PoolId, const Wakes&) override { ++pools; }

    std::string text;
    std::vector<RequestStep> requests;
    std::vector<WorkerStep> workers;
    std::vector<std::pair<int, int>> looks;
    std::vector<std::tuple<SimTime, int, int>> loads;
    int samples = 0;
    int pools = 0;
};

struct Told {
    Told(FleetSpec spec, std::vector<Arrival> arrivals)
        : source(std::move(arrivals)), fleet(std::move(spec), source), diary(fleet) {
        fleet.run();
    }
    ListSource source;
    Fleet fleet;
    Diarist diary;
};

FleetSpec from_zero() {
    FleetSpec spec = one_pool(scale_to_zero(20s));
    spec.pools[0].startup = startup({{StartPhase::kContainer, 4s}});
    spec.horizon = SimTime{60s};
    return spec;
}

}  // namespace

TEST_CASE("steps are told in the order of cause and effect", "[fleet]") {
    const Told told(from_zero(), {request_at(1s, 2s)});
    // Opening look; comes, waits, a look orders and begins a start; phases over, ready, slot; served, ends;
    // the idle time-out's look, the worker leaves and ends.
    CHECK(told.diary.text == "?cw?OBPRtfe?LE");
    CHECK(told.diary.pools == 1);
}

TEST_CASE("a start is told with what had it made", "[fleet]") {
    const Told told(from_zero(), {request_at(1s, 2s)});
    const WorkerStep& ordered = told.diary.workers[0];
    CHECK(ordered.kind == WorkerStepKind::kOrdered);
    CHECK(ordered.cause == StartCause::kDecision);
    CHECK(ordered.at == SimTime{1s});
    CHECK(told.diary.looks[1] == std::pair(0, 1));

    const Told opened(one_pool(fixed(2)), {request_at(1s, 2s)});
    CHECK(opened.diary.workers[0].cause == StartCause::kOpening);

    FleetSpec spec = from_zero();
    spec.pools[0].binding = Binding::kStart;
    const Told bound(std::move(spec), {request_at(1s, 2s)});
    CHECK(bound.diary.workers[0].cause == StartCause::kRequest);
}

TEST_CASE("a request's step shows the pool as the request finds it", "[fleet]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.pools[0].concurrency = 2;
    spec.horizon = SimTime{60s};
    const Told told(std::move(spec),
                    {request_at(1s, 9s), request_at(2s, 9s), request_at(3s, 1s), request_at(4s, 1s)});
    std::vector<RequestStep> came;
    for (const RequestStep& step : told.diary.requests) {
        if (step.kind == RequestStepKind::kCame)
            came.push_back(step);
    }
    REQUIRE(came.size() == 4);
    CHECK(came[0].now.free_slots() == 2);
    CHECK(came[1].now.free_slots() == 1);
    CHECK(came[2].now.free_slots() == 0);
    CHECK(came[2].now.waiting == 0);
    CHECK(came[3].now.waiting == 1);
}

TEST_CASE("the load that held is told before each change", "[fleet]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.horizon = SimTime{60s};
    const Told told(std::move(spec), {request_at(1s, 4s), request_at(3s, 1s)});
    const auto held = [&](Duration until, int waiting, int in_flight) {
        const auto& loads = told.diary.loads;
        return std::find(loads.begin(), loads.end(), std::tuple(SimTime{until}, waiting, in_flight)) !=
               loads.end();
    };
    CHECK(held(1s, 0, 0));
    CHECK(held(3s, 0, 1));
    CHECK(held(5s, 1, 1));
    CHECK(held(6s, 0, 1));
}

TEST_CASE("an attempt that came to nothing is told before the next one comes", "[fleet]") {
    FleetSpec spec = from_zero();
    spec.pools[0].queue.max_wait = 2s;
    spec.classes[0].retry.attempts = 2;
    spec.classes[0].retry.backoff = 1s;
    const Told told(std::move(spec), {request_at(1s, 2s)});
    std::string kinds;
    for (const RequestStep& step : told.diary.requests)
        kinds += "cwtfle"[static_cast<std::size_t>(step.kind)];
    CHECK(kinds == "cwlcwtfe");
}
