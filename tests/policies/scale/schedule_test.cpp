#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kOffice = R"({"name": "schedule", "entries": [
    {"from": "08:00", "days": "weekdays", "workers": 4},
    {"from": "18:00", "days": "weekdays", "workers": 1},
    {"from": "00:00", "days": "sat", "workers": 0}]})";

PoolView pool_at(Duration at, std::string_view wall_clock) {
    PoolView view = quiet_pool(at);
    view.wall_clock = *parse_wall_clock(wall_clock);
    return view;
}

}  // namespace

TEST_CASE("a schedule holds each entry until the next one", "[policies][schedule]") {
    const auto policy = scale_policy(kOffice);
    const auto size_at = [&](std::string_view wall_clock) {
        return policy->decide(pool_at(0s, wall_clock), Trigger::kStart).target;
    };
    CHECK(size_at("2026-03-02T07:59:59") == 0);  // Monday: still Saturday's entry
    CHECK(size_at("2026-03-02T08:00") == 4);
    CHECK(size_at("2026-03-02T17:59:59") == 4);
    CHECK(size_at("2026-03-02T18:00") == 1);
    CHECK(size_at("2026-03-06T23:59:59") == 1);  // Friday night
    CHECK(size_at("2026-03-07T00:00") == 0);     // Saturday
    CHECK(size_at("2026-03-08T12:00") == 0);     // Sunday
}

TEST_CASE("a schedule wakes at its next entry to the nanosecond, over the end of the week too",
          "[policies][schedule]") {
    const auto policy = scale_policy(kOffice);
    // 10.25 s into the run the wall clock shows a started second: 07:59:50. The entry begins 10 s after that
    // second.
    CHECK(policy->decide(pool_at(10250ms, "2026-03-02T07:59:50"), Trigger::kStart).wake_at == SimTime{20s});
    CHECK(policy->decide(pool_at(20s, "2026-03-02T08:00"), Trigger::kWakeAt).wake_at == SimTime{20s + 10h});
    CHECK(policy->decide(pool_at(0s, "2026-03-08T08:00"), Trigger::kStart).wake_at ==
          SimTime{24h});  // Sunday
    // Before time 0, in the warm-up: -9.75 s belongs to the second that began at -10 s.
    CHECK(policy->decide(pool_at(-9750ms, "2026-03-02T07:59:50"), Trigger::kStart).wake_at == SimTime{0s});
}

TEST_CASE("a schedule drains busy workers when it shrinks, and idles as headroom", "[policies][schedule]") {
    const ScaleDecision decision =
        scale_policy(
            R"({"name": "schedule", "drain_limit": "30s", "entries": [{"from": "00:00", "workers": 2}]})")
            ->decide(pool_at(0s, "2026-03-02T12:00"), Trigger::kWakeAt);
    CHECK(decision.victims == VictimOrder::kIdleThenBusy);
    CHECK(decision.drain_limit == 30s);
    CHECK(decision.idle_reason == IdleReason::kHeadroom);
    CHECK(decision.rule == "scheduled number of workers");
    CHECK(decision.threshold == 2);
    CHECK(decision.floor == 0);
}

TEST_CASE("a policy on top adds workers to the schedule and never goes below it", "[policies][schedule]") {
    const auto policy = scale_policy(R"({"name": "schedule",
        "entries": [{"from": "08:00", "workers": 2}, {"from": "18:00", "workers": 0}],
        "plus": {"name": "scale-to-zero", "idle_timeout": "30s"}})");
    CHECK(policy->wakes().idle_for == 30s);
    CHECK(policy->wakes().unserved);

    PoolView burst = pool_at(0s, "2026-03-02T12:00");
    burst.busy = 2;
    burst.in_flight = 2;
    burst.queued = 3;
    const ScaleDecision grown = policy->decide(burst, Trigger::kUnserved);
    CHECK(grown.target == 5);
    CHECK(grown.floor == 2);
    CHECK(grown.wake_at == SimTime{6h});

    PoolView calm = pool_at(1h, "2026-03-02T13:00");
    calm.idle = 5;
    calm.idle_expired = 5;
    CHECK(policy->decide(calm, Trigger::kIdle).target == 2);

    PoolView night = pool_at(6h, "2026-03-02T18:00");
    night.idle = 2;
    night.idle_expired = 2;
    CHECK(policy->decide(night, Trigger::kWakeAt).target == 0);
}

TEST_CASE("the policy on top may wake before the next entry", "[policies][schedule]") {
    const auto policy = scale_policy(R"({"name": "schedule", "entries": [{"from": "08:00", "workers": 1}],
        "plus": {"name": "keep-warm", "buffer": 1, "active_window": "60s"}})");
    PoolView view = pool_at(0s, "2026-03-02T12:00");
    view.idle = 2;
    view.last_active = SimTime{-10s};
    CHECK(policy->decide(view, Trigger::kTick).wake_at == SimTime{50s});
}

TEST_CASE("a schedule that cannot be followed is refused at its place", "[policies][schedule]") {
    const auto make = [](std::string entries) {
        return error_of([&] { scale_policy(R"({"name": "schedule", "entries": [)" + entries + "]}"); });
    };
    CHECK_THAT(make(""), contains_text("test.json: entries: a schedule needs at least one entry"));
    CHECK_THAT(make(R"({"from": "8am", "workers": 1})"),
               contains_text("test.json: entries[0].from: \"8am\" is no time of day"));
    CHECK_THAT(make(R"({"from": "08:00", "days": "Mo", "workers": 1})"), contains_text("names no weekdays"));
    CHECK_THAT(make(R"({"from": "08:00", "workers": 99})"), contains_text("more than \"workers.max\""));
    CHECK_THAT(make(R"({"from": "08:00", "workers": 1}, {"from": "08:00", "days": "tue", "workers": 2})"),
               contains_text("two entries begin at the same time"));
    CHECK_THAT(error_of([] {
                   scale_policy(R"({"name": "schedule", "drain_limit": "1s", "plus": "scale-to-zero",
                                    "entries": [{"from": "08:00", "workers": 1}]})");
               }),
               contains_text("test.json: drain_limit: with plus"));
}
