#include "app/bound/fleet_plan.hpp"

#include <algorithm>
#include <map>

namespace spillway {
namespace {

class PlannedWorkers final : public ScalePolicy {
public:
    explicit PlannedWorkers(std::vector<PlannedSize> sizes) : sizes_(std::move(sizes)) {}

    Wakes wakes() const override {
        Wakes wakes;
        wakes.live = true;  // it reads no metrics: none need to be sampled
        return wakes;
    }

    ScaleDecision decide(const PoolView& view, Trigger) override {
        const auto next = std::upper_bound(sizes_.begin(), sizes_.end(), view.now,
                                           [](SimTime at, const PlannedSize& size) { return at < size.at; });
        ScaleDecision decision;
        decision.target = std::max(next == sizes_.begin() ? 0 : std::prev(next)->workers, view.min_workers);
        decision.victims = VictimOrder::kIdleThenBusy;
        decision.idle_reason = IdleReason::kHeadroom;
        if (next != sizes_.end())
            decision.wake_at = next->at;
        decision.rule = "planned number of workers";
        decision.observed = view.present();
        decision.threshold = decision.target;
        return decision;
    }

private:
    std::vector<PlannedSize> sizes_;
};

}  // namespace

std::vector<PlannedSize> planned_sizes(const FleetPlan& plan, const std::vector<Duration>& start_times,
                                       SimTime horizon) {
    FleetPlan sorted = plan;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Stint& a, const Stint& b) { return a.from < b.from; });
    std::map<SimTime, int> changes;
    for (std::size_t nth = 0; nth < sorted.size(); ++nth) {
        const Duration takes =
            start_times.empty() ? Duration::zero() : start_times[std::min(nth, start_times.size() - 1)];
        ++changes[sorted[nth].from - takes];
        if (sorted[nth].until < horizon)
            --changes[sorted[nth].until];
    }
    std::vector<PlannedSize> sizes;
    int workers = 0;
    for (const auto& [at, change] : changes) {
        workers += change;
        if (sizes.empty() || sizes.back().workers != workers)
            sizes.push_back({at, workers});
    }
    return sizes;
}

std::unique_ptr<ScalePolicy> make_planned_workers(std::vector<PlannedSize> sizes) {
    return std::make_unique<PlannedWorkers>(std::move(sizes));
}

}  // namespace spillway
