#include <algorithm>
#include <array>
#include <vector>

#include "tests/policies/scripted.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::array<std::string_view, 31> kPolicies{
    R"({"name": "fixed", "workers": 3})",
    R"("scale-to-zero")",
    R"({"name": "scale-to-zero", "queue_delay": "4s", "requests_per_worker": 1})",
    R"({"name": "keep-warm", "min": 2, "buffer": 3})",
    R"({"name": "schedule", "entries": [{"from": "08:00", "workers": 5}, {"from": "20:00", "workers": 2}]})",
    R"({"name": "schedule", "entries": [{"from": "08:00", "workers": 5}, {"from": "20:00", "workers": 2}],
        "plus": "scale-to-zero"})",
    R"({"name": "queue-depth", "min_step": 3, "cooldown_down": "30s"})",
    R"({"name": "concurrency-target", "target": 1.5, "down_window": "40s"})",
    R"("runpod-queue-delay")",
    R"({"name": "runpod-queue-delay", "workers_per_check": 1, "lag": "3s"})",
    R"({"name": "runpod-request-count", "scaler_value": 3})",
    R"({"name": "modal", "min_containers": 1, "buffer_containers": 2, "overprovisioned": 1.5})",
    R"("cloud-run")",
    R"({"name": "knative-kpa", "scale_down_delay": "20s"})",
    R"({"name": "knative-kpa", "initial_scale": 0, "scale_to_zero_grace_period": "0s"})",
    R"({"name": "kubernetes-hpa", "down_window": "0s", "up_window": "30s"})",
    R"({"name": "kubernetes-hpa", "metric": "busy-share"})",
    R"({"name": "keda", "cooldown_period": "45s"})",
    R"("azure-container-apps")",
    R"({"name": "sagemaker-target-tracking", "datapoints_out": 1, "datapoints_in": 1})",
    R"({"name": "baseten", "scale_down_delay": "30s"})",
    R"({"name": "huggingface", "scale_to_zero_after": "60s"})",
    R"({"name": "beam", "tasks_per_container": 2})",
    R"({"name": "cerebrium", "scaling_buffer": 2})",
    R"({"name": "fireworks", "scale_down_window": "60s", "scale_to_zero_window": "120s"})",
    R"({"name": "ray-serve", "upscale_delay": "0s", "downscale_delay": "30s", "downscaling_factor": 0.5})",
    R"({"name": "skyserve", "target_qps_per_replica": "2/s", "num_overprovision": 1})",
    R"({"name": "aibrix", "scale_down_window": "30s"})",
    R"({"name": "aibrix", "scaler": "kpa"})",
    R"({"name": "hybrid-histogram", "least_count": 1, "bin_width": "10s"})",
    R"({"name": "forecast", "season": "5m", "down_window": "0s"})",
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
    view.metrics.arrival_rate = *rc::gen::inRange(0, 1000) / 100.0;
    view.metrics.busy_share = *rc::gen::inRange(0, 101) / 100.0;
    view.short_metrics.queued = *rc::gen::inRange(0, 4000) / 100.0;
    wake.why = *rc::gen::element(Trigger::kStart, Trigger::kTick, Trigger::kUnserved, Trigger::kQueueAge,
                                 Trigger::kIdle, Trigger::kWakeAt, Trigger::kReady, Trigger::kFreed,
                                 Trigger::kArrived);
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
