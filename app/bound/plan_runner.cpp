#include "app/bound/plan_runner.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include "app/bound/least_start.hpp"
#include "app/io/json_file.hpp"
#include "app/run/fixed_fleet.hpp"
#include "app/run/run_scenario.hpp"

namespace spillway {
namespace {

constexpr std::size_t kStartTimes = 4096;

/// Until so long before time 0 the warm-up's traffic has all the workers that the plan ever has: nobody pays
/// for them, and what they leave undone would stand in the way of what is measured.
constexpr Duration kCrowdLeaves = std::chrono::seconds{30};

int peak_of(const std::vector<PlannedSize>& sizes) {
    int peak = 1;
    for (const PlannedSize& size : sizes) peak = std::max(peak, size.workers);
    return peak;
}

std::vector<PlannedSize> with_crowd(const std::vector<PlannedSize>& sizes, SimTime begin) {
    const SimTime leaves = SimTime{} - kCrowdLeaves;
    if (begin >= leaves)
        return sizes;
    std::vector<PlannedSize> result{{begin, peak_of(sizes)}, {leaves, 0}};
    for (const PlannedSize& size : sizes) {
        if (size.at <= leaves) {
            result[1].workers = size.workers;
        } else {
            result.push_back(size);
        }
    }
    return result;
}

/// Writes down when each request was on its worker.
class LoadLog final : public RequestObserver {
public:
    explicit LoadLog(double share) : share_(share) {}

    void request_ended(const RequestRecord& request) override {
        if (request.outcome != Outcome::kCompleted)
            return;
        Duration before{0};
        for (const LatencyPart part :
             {LatencyPart::kLost, LatencyPart::kQueue, LatencyPart::kColdStart, LatencyPart::kLoad})
            before += request.part(part);
        const SimTime from = request.arrived + before - request.engine_queue;
        loads_.push_back({from, request.delivered - request.part(LatencyPart::kPost), share_});
    }
    std::vector<Load> take() { return std::move(loads_); }

private:
    double share_;
    std::vector<Load> loads_;
};

}  // namespace

PlanRunner::PlanRunner(const Scenario& scenario, const ConfigNode& pool, SimTime horizon)
    : scenario_(
          with_pool_alone(scenario, pool, read_config_text(R"({"name": "scale-to-zero"})", pool.where()))),
      horizon_(horizon) {
    scenario_.name = "best known";
    const std::unique_ptr<Assembly> assembly = assemble(scenario_);
    start_times_ = start_times(*assembly->fleet.pools.front().startup, kStartTimes);
}

PlanRun PlanRunner::run(FleetPlan plan) const {
    const std::unique_ptr<Assembly> assembly = assemble(scenario_);
    PoolSpec& pool = assembly->fleet.pools.front();
    const SimTime begin = assembly->fleet.begin;
    pool.scale = make_planned_workers(with_crowd(planned_sizes(plan, start_times_, horizon_), begin));
    LoadLog log(1.0 / pool.concurrency);
    Onlookers onlookers;
    onlookers.requests.push_back(&log);
    PlanRun run;
    run.plan = std::move(plan);
    run.result = run_assembled(scenario_, *assembly, onlookers);
    run.loads = log.take();
    run.meets = meets_objectives(run.result);
    return run;
}

}  // namespace spillway
