// Requests of several stages: what runs when, and where the time went.
#include "tests/fleet/support/flows.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

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
