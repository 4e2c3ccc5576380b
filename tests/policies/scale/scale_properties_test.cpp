#include <algorithm>
#include <array>
#include <vector>

#include "tests/policies/scripted.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::array<std::string_view, 8> kPolicies{
    R"({"name": "fixed", "workers": 3})",
    R"("scale-to-zero")",
    R"({"name": "scale-to-zero", "queue_delay": "4s", "requests_per_worker": 1})",
    R"({"name": "keep-warm", "min": 2, "buffer": 3})",
    R"({"name": "schedule", "entries": [{"from": "08:00", "workers": 5}, {"from": "20:00", "workers": 2}]})",
    R"({"name": "schedule", "entries": [{"from": "08:00", "workers": 5}, {"from": "20:00", "workers": 2}],
        "plus": "scale-to-zero"})",
    R"({"name": "queue-depth", "min_step": 3, "cooldown_down": "30s"})",
    R"({"name": "concurrency-target", "target": 1.5, "down_window": "40s"})",
};

struct Wake {
    PoolView view;
    Trigger why;
};

/// Any pool that can be: the counts agree with each other, everything else is free.
Wake any_wake(Duration at) {
    Wake wake{quiet_pool(at), Trigger::kTick};
    PoolView& view = wake.view;
    view.min_workers = *rc::gen::inRange(0, 3);
    view.concurrency = 2;
    view.wall_clock = 1'772'409'600 + std::chrono::floor<std::chrono::seconds>(at).count();
    view.asked = *rc::gen::inRange(0, 3);
    view.starting = *rc::gen::inRange(0, 3);
    view.idle = *rc::gen::inRange(0, 4);
    view.idle_expired = *rc::gen::inRange(0, view.idle + 1);
    view.busy = *rc::gen::inRange(0, 4);
    view.in_flight = view.busy == 0 ? 0 : *rc::gen::inRange(view.busy, view.busy * view.concurrency + 1);
    view.queued = *rc::gen::inRange(0, 40);
    if (view.queued + view.in_flight > 0)
        view.last_active = view.now;
    view.metrics.queued = *rc::gen::inRange(0, 4000) / 100.0;
    view.metrics.in_flight = *rc::gen::inRange(0, 1000) / 100.0;
    wake.why = *rc::gen::element(Trigger::kStart, Trigger::kTick, Trigger::kUnserved, Trigger::kQueueAge,
                                 Trigger::kIdle, Trigger::kWakeAt);
    return wake;
}

/// Calls `check(view, decision)` for some twenty wakes of a random policy, in time order.
template <class Check>
void live_through(Check check) {
    const auto policy = scale_policy(kPolicies[*rc::gen::inRange<std::size_t>(0, kPolicies.size())], 2);
    Duration at{0};
    const int wakes = *rc::gen::inRange(1, 20);
    for (int i = 0; i < wakes; ++i) {
        at += std::chrono::milliseconds{*rc::gen::inRange(0, 60'000)};
        const Wake wake = any_wake(at);
        check(wake.view, policy->decide(wake.view, wake.why));
    }
}

}  // namespace

TEST_CASE("no policy asks for fewer than no workers, and each gives its reason", "[policies][properties]") {
    check_property("target >= 0, a rule", [] {
        live_through([](const PoolView&, const ScaleDecision& decision) {
            RC_ASSERT(decision.target >= 0);
            RC_ASSERT(decision.floor >= 0);
            RC_ASSERT(decision.buffer >= 0);
            RC_ASSERT(!decision.rule.empty());
        });
    });
}

TEST_CASE("no policy goes below the floor that it states", "[policies][properties]") {
    check_property("target >= floor", [] {
        live_through([](const PoolView&, const ScaleDecision& decision) {
            RC_ASSERT(decision.target >= decision.floor);
        });
    });
}

TEST_CASE("no policy wakes itself in the past", "[policies][properties]") {
    check_property("wake_at > now", [] {
        live_through([](const PoolView& view, const ScaleDecision& decision) {
            RC_ASSERT(decision.wake_at.value_or(view.now + Duration{1}) > view.now);
        });
    });
}

TEST_CASE("only the demand goes beyond the maximum, never a buffer", "[policies][properties]") {
    check_property("keep-warm: target <= max(maximum, demand, present)", [] {
        const auto policy = scale_policy(R"({"name": "keep-warm", "min": 1, "buffer": 6})", 2);
        const Wake wake = any_wake(std::chrono::seconds{1});
        const int demand = (wake.view.queued + wake.view.in_flight + 1) / 2;
        const ScaleDecision decision = policy->decide(wake.view, wake.why);
        RC_ASSERT(decision.target <= std::max({wake.view.max_workers, demand, wake.view.present()}));
        RC_ASSERT(decision.buffer <= 6);
    });
}

TEST_CASE("an idle time-out stops no more than the expired workers", "[policies][properties]") {
    check_property("target >= min(present, present - expired)", [] {
        const auto policy = scale_policy(*rc::gen::element(std::string_view(R"("scale-to-zero")"),
                                                           std::string_view(R"({"name": "keep-warm"})")),
                                         2);
        const Wake wake = any_wake(std::chrono::seconds{1});
        RC_ASSERT(policy->decide(wake.view, Trigger::kIdle).target >=
                  wake.view.present() - wake.view.idle_expired);
    });
}
