// Requests of several stages: what runs when, where the time went, and what a failure takes with it.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// Every request of one pool takes so long.
class ConstantService final : public ServiceFactory {
public:
    explicit ConstantService(Duration time) : time_(time) {}
    std::unique_ptr<ServiceModel> make(TokenObserver* /*tokens*/) const override {
        return std::make_unique<Model>(time_);
    }
    double best_rate(const ObservedWork&, int concurrency) const override {
        return concurrency / to_seconds(time_);
    }

private:
    class Model final : public ServiceModel {
    public:
        explicit Model(Duration time) : time_(time) {}
        void admit(const ServiceRequest& request, SimTime now) override {
            ServiceRequest timed = request;
            timed.measured = time_;
            served_.admit(timed, now);
        }
        void remove(RequestSlot slot, SimTime now) override { served_.remove(slot, now); }
        std::optional<SimTime> next_change() override { return served_.next_change(); }
        void advance(SimTime now, std::vector<ServiceEnd>& ended) override { served_.advance(now, ended); }

    private:
        Duration time_;
        MeasuredService served_;
    };
    Duration time_;
};

StageSpec stage(const std::string& name, std::uint32_t pool, std::vector<std::uint32_t> after) {
    StageSpec spec;
    spec.name = name;
    spec.pool = PoolId{pool};
    spec.after = std::move(after);
    return spec;
}

/// One pool of one worker for each time; class 0 goes through `stages`.
FleetSpec staged(const std::vector<Duration>& times, std::vector<StageSpec> stages) {
    FleetSpec spec;
    spec.classes.emplace_back().name = "chat";
    for (std::size_t i = 0; i < times.size(); ++i) {
        FleetSpec one = one_pool(fixed(1), 1);
        one.pools.front().name = "pool" + std::to_string(i);
        one.pools.front().service = std::make_unique<ConstantService>(times[i]);
        spec.pools.push_back(std::move(one.pools.front()));
    }
    spec.flows.push_back({"flow", std::move(stages), std::nullopt, FlowRetry::kStage});
    spec.classes.front().flow = 0;
    spec.horizon = SimTime{100s};
    return spec;
}

std::vector<StageSpec> chain(std::uint32_t length) {
    std::vector<StageSpec> stages;
    for (std::uint32_t i = 0; i < length; ++i)
        stages.push_back(stage("s" + std::to_string(i), i,
                               i == 0 ? std::vector<std::uint32_t>{} : std::vector<std::uint32_t>{i - 1}));
    return stages;
}

/// Split, two ways of 2 s and 5 s, and a join.
FleetSpec diamond() {
    return staged({1s, 2s, 5s, 1s}, {stage("split", 0, {}), stage("short", 1, {0}), stage("long", 2, {0}),
                                     stage("join", 3, {1, 2})});
}

Duration sum_of(const RequestRecord& request) {
    Duration sum{0};
    for (const Duration part : request.parts) sum += part;
    return sum;
}

}  // namespace

TEST_CASE("a diamond takes its longer way", "[fleet][flow]") {
    // First: split 0..1, short 1..3, long 1..6, join 6..7.
    // Second: split 1..2, short 3..5 (waits 1), long 6..11 (waits 4), join 11..12. Its critical path is
    // split, long, join: 1 + 5 + 1 s of service and 1 s + 4 s of waiting (it arrived at 0).
    const Run run(diamond(), {request_at(0s, 1s), request_at(0s, 1s)});
    CHECK(run.total(0) == 7s);
    CHECK(run.part(0, LatencyPart::kDecode) == 7s);
    CHECK(run.total(1) == 12s);
    CHECK(run.part(1, LatencyPart::kQueue) == 5s);
    CHECK(run.part(1, LatencyPart::kDecode) == 7s);
    CHECK(run.request(1).pool == PoolId{3});
    REQUIRE(run.log.requests.size() == 2);
    REQUIRE(run.log.stages.size() == 8);
    CHECK(run.usage(1).slot_time == 4s);
}

TEST_CASE("a stage that waits for a start is charged it, and so is the request", "[fleet][flow]") {
    FleetSpec spec = staged({1s, 2s}, chain(2));
    spec.pools[1].scale = scale_to_zero(100s);
    spec.pools[1].startup = startup({{StartPhase::kPull, 3s}, {StartPhase::kWeights, 4s}});
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.total(0) == 10s);
    CHECK(run.part(0, LatencyPart::kColdStart) == 3s);
    CHECK(run.part(0, LatencyPart::kLoad) == 4s);
    CHECK(run.part(0, LatencyPart::kDecode) == 3s);
    CHECK(run.request(0).cold);
    CHECK(run.request(0).exposed);
}

TEST_CASE("the first token is that of the stage that answers", "[fleet][flow]") {
    // Embed 0..1, answer 1..4, then a check of 2 s that the client does not wait for to read.
    FleetSpec spec = staged({1s, 3s, 2s}, chain(3));
    spec.flows.front().answers = 1;
    const Run run(std::move(spec), {request_at(0s, 1s)});
    const RequestRecord& request = run.request(0);
    CHECK(request.total() == 6s);
    CHECK(request.time_to_first_token() == 1s);  // without tokens, inference begins with the first one
    CHECK(request.answer_time() == 3s);
    CHECK(request.pool == PoolId{1});
    CHECK(sum_of(request) == 6s);
}

TEST_CASE("a stage that no request takes costs no time, and one that all take its own", "[fleet][flow]") {
    for (const double share : {0.0, 1.0}) {
        FleetSpec spec = staged({1s, 5s}, chain(2));
        spec.flows.front().stages[1].share = share;
        const Run run(std::move(spec), {request_at(0s, 1s)});
        CHECK(run.total(0) == (share > 0 ? 6s : 1s));
        CHECK(run.request(0).pool == PoolId{share > 0 ? 1U : 0U});
        CHECK(run.usage(1).slot_time == (share > 0 ? 5s : 0s));
    }
}

TEST_CASE("a cascade sends its share of the requests on, the same ones under every fleet", "[fleet][flow]") {
    std::vector<Arrival> arrivals;
    for (int i = 0; i < 2000; ++i) arrivals.push_back(request_at(i * 10s, 1s));
    const auto heavy = [&](Duration time) {
        FleetSpec spec = staged({1s, time}, chain(2));
        spec.flows.front().stages[1].share = 0.3;
        spec.horizon = SimTime{20000s};
        const Run run(std::move(spec), arrivals);
        std::vector<bool> taken;
        for (std::uint64_t i = 0; i < arrivals.size(); ++i) taken.push_back(run.total(i) > 1s);
        return taken;
    };
    const std::vector<bool> slow = heavy(5s);
    CHECK(slow == heavy(2s));
    // Binomial: 600 +- 3.3 standard deviations of 20.5; with another seed it would fail once in a thousand.
    const auto count = std::count(slow.begin(), slow.end(), true);
    CHECK(count > 600 - 68);
    CHECK(count < 600 + 68);
}

TEST_CASE("stages behind one that is not taken wait for those before it", "[fleet][flow]") {
    FleetSpec spec = staged({1s, 5s, 2s}, chain(3));
    spec.flows.front().stages[1].share = 0;
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.total(0) == 3s);
    CHECK(run.part(0, LatencyPart::kDecode) == 3s);
}

TEST_CASE("the failure of one branch withdraws the others", "[fleet][flow]") {
    // The short branch's pool lets nobody in; the long one gets its worker back at 1 s.
    FleetSpec spec = diamond();
    spec.pools[1].scale = fixed(0);
    spec.pools[1].queue.hold_without_worker = false;
    const Run run(std::move(spec), {request_at(0s, 1s)});
    const RequestRecord& request = run.request(0);
    CHECK(request.outcome == Outcome::kRejected);
    CHECK(request.reason == "no ready worker");
    CHECK(request.total() == 1s);
    CHECK(run.part(0, LatencyPart::kQueue) == 1s);
    CHECK(run.usage(2).slot_time == 0s);
    CHECK(run.usage(3).slot_time == 0s);
    CHECK(run.log.requests.size() == 1);
}

TEST_CASE("a stage is tried again by the rule of its class, and the others keep what they have",
          "[fleet][flow]") {
    // The second stage is rejected at 1 s and at 3 s and finds a worker at 5 s: 4 s of it are lost.
    FleetSpec spec = staged({1s, 2s}, chain(2));
    spec.pools[1].scale = scheduled({{0s, 0}, {4s, 1}});
    spec.pools[1].queue.hold_without_worker = false;
    spec.classes.front().retry = {5, 2s, 1, 0, true, true, true};
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).attempts == 1);
    CHECK(run.total(0) == 7s);
    CHECK(run.part(0, LatencyPart::kLost) == 4s);
    CHECK(run.usage(0).slot_time == 1s);
}

TEST_CASE("a client that sends the whole again loses what was done", "[fleet][flow]") {
    // Rejected at 1 s; again from 3 s, rejected at 4 s; again from 6 s: 6..7 and 7..9.
    FleetSpec spec = staged({1s, 2s}, chain(2));
    spec.flows.front().retry = FlowRetry::kRequest;
    spec.pools[1].scale = scheduled({{0s, 0}, {5s, 1}});
    spec.pools[1].queue.hold_without_worker = false;
    spec.classes.front().retry = {5, 2s, 1, 0, true, true, true};
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).attempts == 3);
    CHECK(run.total(0) == 9s);
    CHECK(run.part(0, LatencyPart::kLost) == 6s);
    CHECK(run.usage(0).slot_time == 3s);
}

TEST_CASE("a request is not sent again for a stage that ran too long, where its class says so",
          "[fleet][flow]") {
    for (const bool again : {false, true}) {
        FleetSpec spec = staged({5s}, chain(1));
        spec.flows.front().retry = FlowRetry::kRequest;
        spec.pools[0].execution_timeout = 2s;
        spec.classes.front().retry = {3, 1s, 1, 0, true, true, true, again};
        const Run run(std::move(spec), {request_at(0s, 1s)});
        CHECK(run.request(0).outcome == Outcome::kFailed);
        CHECK(run.request(0).attempts == (again ? 3 : 1));
    }
}

TEST_CASE("a stage that is withdrawn between two attempts has ended once in its pool", "[fleet][flow]") {
    // On its worker 0..1, in back-off until the client's time-out at 5 s.
    FleetSpec spec = staged({2s}, chain(1));
    spec.pools[0].execution_timeout = 1s;
    spec.classes.front().timeout = 5s;
    spec.classes.front().retry = {3, 20s, 1, 0, true, false, true};
    ListSource source({request_at(0s, 1s)});
    Fleet fleet(std::move(spec), source);
    class Last final : public SnapshotObserver {
    public:
        void snapshot(const PoolSnapshot& taken) override { shot = taken; }
        PoolSnapshot shot;
    } last;
    fleet.observe(static_cast<SnapshotObserver&>(last));
    fleet.run();
    CHECK(last.shot.arrivals == 1);
    CHECK(last.shot.ended == 1);
}

TEST_CASE("a stage's tokens and its measured time stay in range, whatever their factors", "[fleet][flow]") {
    FleetSpec spec = one_pool(fixed(1), 1);
    spec.flows.push_back({"flow", chain(1), std::nullopt, FlowRetry::kStage});
    spec.flows.front().stages.front().service_factor = 1e6;
    spec.flows.front().stages.front().output.factor = 1e9;
    spec.classes.front().flow = 0;
    spec.classes.front().timeout = 10s;
    Arrival arrival = request_at(0s, 10'000s);
    arrival.output_tokens = 100;
    arrival.max_tokens = 200;
    const Run run(std::move(spec), {arrival});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
}

TEST_CASE("a client's time-out runs over all stages and frees their slots", "[fleet][flow]") {
    FleetSpec spec = diamond();
    spec.classes.front().timeout = 4s;
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).reason == "the client's time-out");
    CHECK(run.total(0) == 4s);
    CHECK(run.usage(2).slot_time == 3s);  // 1..4
    CHECK(run.usage(2).failed_slot_time == 3s);
    CHECK(run.usage(1).failed_slot_time == 0s);
    CHECK(run.usage(3).slot_time == 0s);
}

TEST_CASE("patience counts from the request's own arrival", "[fleet][flow]") {
    FleetSpec spec = staged({2s, 1s}, chain(2));
    spec.pools[1].scale = fixed(0);
    spec.classes.front().patience = Distribution::constant(5);
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kAbandoned);
    CHECK(run.total(0) == 5s);
}

TEST_CASE("two stages in one pool take turns with other requests", "[fleet][flow]") {
    // One worker: first 0..1, second 1..2, then the second stages in the order in which they came.
    FleetSpec spec = staged({1s}, {stage("a", 0, {}), stage("b", 0, {0})});
    const Run run(std::move(spec), {request_at(0s, 1s), request_at(0s, 1s)});
    CHECK(run.total(0) == 3s);
    CHECK(run.part(0, LatencyPart::kQueue) == 1s);
    CHECK(run.total(1) == 4s);
}

TEST_CASE("a stage makes its tokens out of those of the request", "[fleet][flow]") {
    FleetSpec spec = staged({1s, 1s}, chain(2));
    std::vector<StageSpec>& stages = spec.flows.front().stages;
    stages[0].output = {0, {}};
    stages[1].input = {2, Distribution::constant(100)};
    stages[1].output = {0.5, {}};
    Arrival arrival = request_at(0s, 1s);
    arrival.input_tokens = 300;
    arrival.output_tokens = 41;
    arrival.max_tokens = 81;
    const Run run(std::move(spec), {arrival});
    REQUIRE(run.log.stages.size() == 2);
    CHECK(run.log.stages[0].request.output_tokens == 0);
    CHECK(run.log.stages[1].request.input_tokens == 700);
    CHECK(run.log.stages[1].request.output_tokens == 21);  // 20.5, halves away from zero
    CHECK(run.request(0).input_tokens == 300);
    CHECK(run.request(0).output_tokens == 21);
}

TEST_CASE("a client that polls learns of the end at its next poll", "[fleet][flow]") {
    // Served until 7 s, polled every 5 s: told at 10 s. One that ends with a poll is told by it.
    FleetSpec spec = one_pool(fixed(2), 2);
    spec.classes.front().poll = 5s;
    spec.horizon = SimTime{100s};
    const Run run(std::move(spec), {request_at(0s, 7s), request_at(1s, 5s)});
    CHECK(run.total(0) == 10s);
    CHECK(run.part(0, LatencyPart::kDecode) == 7s);
    CHECK(run.part(0, LatencyPart::kPost) == 3s);
    CHECK(run.total(1) == 5s);
    CHECK(run.usage().slot_time == 12s);

    FleetSpec two = staged({1s, 2s}, chain(2));
    two.classes.front().poll = 5s;
    const Run of_stages(std::move(two), {request_at(0s, 1s)});
    CHECK(of_stages.total(0) == 5s);
    CHECK(of_stages.part(0, LatencyPart::kPost) == 2s);
    CHECK(of_stages.part(0, LatencyPart::kDecode) == 3s);
}
