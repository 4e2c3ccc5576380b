#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/fleet/support/run.hpp"

namespace spillway::testing {

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

inline StageSpec stage(const std::string& name, std::uint32_t pool, std::vector<std::uint32_t> after) {
    StageSpec spec;
    spec.name = name;
    spec.pool = PoolId{pool};
    spec.after = std::move(after);
    return spec;
}

/// One pool of one worker for each time; class 0 goes through `stages`.
inline FleetSpec staged(const std::vector<Duration>& times, std::vector<StageSpec> stages) {
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
    spec.horizon = SimTime{std::chrono::seconds{100}};
    return spec;
}

inline std::vector<StageSpec> chain(std::uint32_t length) {
    std::vector<StageSpec> stages;
    for (std::uint32_t i = 0; i < length; ++i)
        stages.push_back(stage("s" + std::to_string(i), i,
                               i == 0 ? std::vector<std::uint32_t>{} : std::vector<std::uint32_t>{i - 1}));
    return stages;
}

/// Split, two ways of 2 s and 5 s, and a join.
inline FleetSpec diamond() {
    return staged(
        {std::chrono::seconds{1}, std::chrono::seconds{2}, std::chrono::seconds{5}, std::chrono::seconds{1}},
        {stage("split", 0, {}), stage("short", 1, {0}), stage("long", 2, {0}), stage("join", 3, {1, 2})});
}

inline Duration sum_of(const RequestRecord& request) {
    Duration sum{0};
    for (const Duration part : request.parts) sum += part;
    return sum;
}

}  // namespace spillway::testing
