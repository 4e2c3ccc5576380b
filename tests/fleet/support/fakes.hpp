#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sim/fleet/fleet.hpp"
#include "tests/fleet/support/series_startup.hpp"
#include "tests/fleet/support/services.hpp"
#include "tests/fleet/support/sources.hpp"

namespace spillway::testing {

/// A policy made of a function.
class ScriptedPolicy final : public ScalePolicy {
public:
    using Decide = std::function<ScaleDecision(const PoolView&, Trigger)>;
    ScriptedPolicy(Wakes wakes, Decide decide) : wakes_(wakes), decide_(std::move(decide)) {}
    Wakes wakes() const override { return wakes_; }
    ScaleDecision decide(const PoolView& view, Trigger why) override { return decide_(view, why); }

private:
    Wakes wakes_;
    Decide decide_;
};

inline std::unique_ptr<ScalePolicy> fixed(int workers) {
    Wakes wakes;
    wakes.live = true;
    return std::make_unique<ScriptedPolicy>(wakes, [workers](const PoolView&, Trigger) {
        ScaleDecision decision;
        decision.target = workers;
        decision.idle_reason = IdleReason::kHeadroom;
        return decision;
    });
}

/// Starts a worker for each request without a slot, stops one after `timeout` idle.
inline std::unique_ptr<ScalePolicy> scale_to_zero(Duration timeout) {
    Wakes wakes;
    wakes.live = true;
    wakes.unserved = true;
    wakes.idle_for = timeout;
    return std::make_unique<ScriptedPolicy>(wakes, [](const PoolView& view, Trigger why) {
        ScaleDecision decision;
        decision.target = view.present();
        if (why == Trigger::kIdle)
            decision.target -= view.idle_expired;
        if (why == Trigger::kUnserved) {
            const int wanted = (view.queued + view.in_flight + view.concurrency - 1) / view.concurrency;
            decision.target = std::max(decision.target, wanted);
        }
        return decision;
    });
}

/// A fleet of one pool and one class that tests fill in.
inline FleetSpec one_pool(std::unique_ptr<ScalePolicy> policy, int max_workers = 1000) {
    FleetSpec spec;
    spec.classes.emplace_back();
    spec.classes.back().name = "chat";
    PoolSpec& pool = spec.pools.emplace_back();
    pool.name = "gpu";
    pool.max_workers = max_workers;
    pool.service = std::make_unique<MeasuredServiceFactory>();
    pool.startup = std::make_unique<SeriesStartup>(std::vector<std::pair<StartPhase, Duration>>{});
    pool.scale = std::move(policy);
    return spec;
}

/// Keeps everything that a fleet tells.
class Log final : public RequestObserver, public UsageObserver, public DecisionObserver {
public:
    explicit Log(Fleet& fleet) {
        fleet.observe(static_cast<RequestObserver&>(*this));
        fleet.observe(static_cast<UsageObserver&>(*this));
        fleet.observe(static_cast<DecisionObserver&>(*this));
    }
    void request_ended(const RequestRecord& request) override { requests.push_back(request); }
    void stage_ended(const StageRecord& stage) override {
        stages.push_back({stage.class_id, stage.stage, stage.request});
    }
    void worker_ended(const WorkerLife& life) override { lives.push_back(life); }
    void instance_ended(const InstanceLife& life) override { instances.push_back(life); }
    void decided(const DecisionRecord& decision) override { decisions.push_back(decision); }

    const RequestRecord& request(std::uint64_t origin) const {
        const auto found = std::find_if(requests.begin(), requests.end(), [&](const RequestRecord& request) {
            return request.origin == origin;
        });
        SPILLWAY_CHECK(found != requests.end(), "no such request ended");
        return *found;
    }

    struct Stage {
        ClassId class_id;
        std::uint32_t stage;
        RequestRecord request;
    };
    std::vector<RequestRecord> requests;
    std::vector<Stage> stages;
    std::vector<WorkerLife> lives;
    std::vector<InstanceLife> instances;
    std::vector<DecisionRecord> decisions;
};

}  // namespace spillway::testing
