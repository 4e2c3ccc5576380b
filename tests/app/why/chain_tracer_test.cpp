#include "app/why/chain_tracer.hpp"

#include "app/why/causes.hpp"
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// Runs a fleet and keeps every story.
std::vector<RequestStory> stories_of(FleetSpec spec, std::vector<Arrival> arrivals) {
    std::vector<int> priorities;
    for (const ClassSpec& one : spec.classes) priorities.push_back(one.priority);
    std::vector<RequestStory> stories;
    ChainTracer tracer(priorities, [&](const RequestStory& story) { stories.push_back(story); });
    ListSource source(std::move(arrivals));
    Fleet fleet(std::move(spec), source);
    fleet.observe(static_cast<RequestObserver&>(tracer));
    fleet.observe(static_cast<StepObserver&>(tracer));
    fleet.observe(static_cast<ControlObserver&>(tracer));
    fleet.run();
    return stories;
}

const RequestStory& story_of(const std::vector<RequestStory>& stories, std::uint64_t origin) {
    const auto found = std::find_if(stories.begin(), stories.end(),
                                    [&](const RequestStory& story) { return story.record.origin == origin; });
    REQUIRE(found != stories.end());
    return *found;
}

Duration time_of(const RequestStory& story, Cause cause) {
    return causes_of(story)[static_cast<std::size_t>(cause)];
}

/// From zero, a start of 10 s for each request without a slot.
FleetSpec from_zero() {
    FleetSpec spec = one_pool(scale_to_zero(60s));
    spec.pools[0].startup = startup({{StartPhase::kContainer, 4s}, {StartPhase::kWeights, 6s}});
    spec.horizon = SimTime{120s};
    return spec;
}

/// Looks each 10 s, from 10 s on or before, and wants a worker for every two that wait or run; what it reads
/// are samples, a second apart.
std::unique_ptr<ScalePolicy> by_tick() {
    Wakes wakes;
    wakes.tick = 10s;
    wakes.sample_period = 1s;
    wakes.window = 1s;
    return std::make_unique<ScriptedPolicy>(wakes, [](const PoolView& view, Trigger why) {
        ScaleDecision decision;
        decision.target = std::max(1, view.present());
        if (why != Trigger::kTick)
            return decision;
        decision.rule = "waiting and running";
        decision.figure = LoadFigure::kOpen;
        decision.observed = view.metrics.queued + view.metrics.in_flight;
        decision.threshold = 2.0 * view.present();
        if (decision.observed > decision.threshold)
            decision.target = view.present() + 1;
        return decision;
    });
}

}  // namespace

TEST_CASE("a story names the start that its request waited for and what ordered it", "[why]") {
    const auto stories = stories_of(from_zero(), {request_at(5s, 3s), request_at(7s, 3s)});
    const RequestStory& first = story_of(stories, 0);
    REQUIRE(first.start);
    CHECK(first.entered == SimTime{5s});
    CHECK(first.start->ordered == SimTime{5s});
    CHECK(first.start->ready == SimTime{15s});
    CHECK(first.start->cause == StartCause::kDecision);
    REQUIRE(first.start->decision);
    CHECK(first.start->decision->at == SimTime{5s});
    CHECK(first.start->decision->why == Trigger::kUnserved);
    CHECK(first.start->path.size() == 2);
    CHECK(first.met.size() == 1);
    CHECK(first.met[0].ready == 0);
    CHECK(time_of(first, Cause::kColdStart) == 4s);
    CHECK(time_of(first, Cause::kLoad) == 6s);
    const RequestStory& second = story_of(stories, 1);
    CHECK(second.met[0].waiting == 1);
    CHECK(second.met[0].coming == 1);
    CHECK(second.ahead == std::vector<std::uint32_t>{1});
}

TEST_CASE("who waits behind others learns of the start that turned ready meanwhile", "[why]") {
    FleetSpec spec = from_zero();
    // One worker is there and busy for long; the start for the second request serves the third after it.
    const auto stories =
        stories_of(std::move(spec), {request_at(0s, 30s), request_at(1s, 5s), request_at(1s, 1s)});
    const RequestStory& second = story_of(stories, 1);
    REQUIRE(second.start);
    CHECK_FALSE(second.relief);
}

TEST_CASE("one that a worker serves which was there has another's start as its relief", "[why]") {
    // One worker at once; at the tick after five more have come a second one is ordered.
    FleetSpec spec = one_pool(by_tick());
    spec.pools[0].startup = startup({{StartPhase::kWeights, 5s}});
    spec.horizon = SimTime{120s};
    std::vector<Arrival> arrivals;
    for (int i = 0; i < 6; ++i) arrivals.push_back(request_at(1s + 1ms * i, 20s));
    const auto stories = stories_of(std::move(spec), std::move(arrivals));
    const RequestStory& second = story_of(stories, 1);
    REQUIRE(second.start);  // the first to go to the new worker
    REQUIRE(second.start->decision);
    CHECK(second.start->decision->rule == "waiting and running");
    const RequestStory& third = story_of(stories, 2);
    CHECK_FALSE(third.start);
    REQUIRE(third.relief);
    CHECK(third.relief->nth == second.start->nth);
}

TEST_CASE("a story tells how long its decision came after the figure had passed the threshold", "[why]") {
    FleetSpec spec = one_pool(by_tick());
    spec.pools[0].startup = startup({{StartPhase::kWeights, 5s}});
    spec.horizon = SimTime{120s};
    std::vector<Arrival> arrivals;
    for (int i = 0; i < 6; ++i) arrivals.push_back(request_at(1400ms, 20s));
    const auto stories = stories_of(std::move(spec), std::move(arrivals));
    const RequestStory& second = story_of(stories, 1);
    REQUIRE(second.start);
    const DecisionStory& decision = *second.start->decision;
    REQUIRE(decision.lag);
    CHECK(decision.lag->crossed == SimTime{1400ms});
    CHECK(decision.lag->sampling == 600ms);
    CHECK(decision.lag->averaging == 0s);
    CHECK(decision.lag->total() == decision.at - SimTime{1400ms});
    CHECK(second.until_ordered() == decision.at - SimTime{1400ms});
    // All of its wait for the order was lag: without it, the start alone would have been left.
    CHECK(second.wait_at_once() == 5s);
    CHECK(time_of(second, Cause::kNoOrder) == second.until_ordered());
}

TEST_CASE("the story of a request that came back from a lost attempt is that of its last one", "[why]") {
    FleetSpec spec = from_zero();
    spec.pools[0].startup = startup({{StartPhase::kContainer, 10s}}, {0});
    spec.pools[0].queue.max_wait = 4s;
    spec.classes[0].retry.attempts = 3;
    spec.classes[0].retry.backoff = 2s;
    spec.classes[0].retry.factor = 1;
    const auto stories = stories_of(std::move(spec), {request_at(0s, 1s)});
    const RequestStory& story = story_of(stories, 0);
    CHECK(story.record.attempts == 3);
    CHECK(story.entered == SimTime{12s});
    CHECK(time_of(story, Cause::kLost) == 12s);
}

TEST_CASE("the causes of a failed request add up as well", "[why]") {
    FleetSpec spec = from_zero();
    spec.pools[0].queue.max_wait = 4s;
    const auto stories = stories_of(std::move(spec), {request_at(0s, 1s)});
    const RequestStory& story = story_of(stories, 0);
    CHECK_FALSE(story.completed());
    CHECK(time_of(story, Cause::kBehind) == 4s);
    REQUIRE(story.relief);  // the start that came too late
    CHECK_FALSE(story.relief->ready);
}
