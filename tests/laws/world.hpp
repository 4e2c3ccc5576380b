#pragma once
// One run of a scenario, with everything that it told.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/billing/meter.hpp"
#include "tests/fleet/support/fakes.hpp"
#include "tests/laws/scenario.hpp"

namespace spillway::laws {

class SnapshotLog final : public SnapshotObserver {
public:
    void snapshot(const PoolSnapshot& snapshot) override { snapshots.push_back(snapshot); }
    std::vector<PoolSnapshot> snapshots;
};

/// Passes a source on and notes what it offered.
class Counted final : public RequestSource {
public:
    explicit Counted(RequestSource& source) : source_(source) {}
    std::optional<SimTime> next_time() override { return source_.next_time(); }
    void pop(Arrival& arrival) override {
        source_.pop(arrival);
        offered.push_back(arrival);
    }
    bool reacts() const override { return source_.reacts(); }
    void answered(const ClientAnswer& answer) override {
        answers.push_back(answer);
        source_.answered(answer);
    }

    std::vector<Arrival> offered;
    std::vector<ClientAnswer> answers;

private:
    RequestSource& source_;
};

struct World {
    /// Runs the fleet to its end. Purchases, one a pool, are billed.
    explicit World(const Scenario& its_scenario, std::vector<Purchase> purchases = {});

    SimTime horizon() const { return fleet.horizon(); }
    const PoolUsage& usage(std::size_t pool) const { return fleet.usage({static_cast<std::uint32_t>(pool)}); }

    const Scenario& scenario;
    std::unique_ptr<RequestSource> made;
    Counted source;
    Fleet fleet;
    testing::Log log;
    SnapshotLog snapshots;
    std::optional<Meter> meter;
};

/// Fails the running test case when `property` does not hold: 1000 random cases with a fixed seed
/// (RC_PARAMS="seed=... max_success=..." overrides), the failing one made small and printed.
void check_scenarios(const std::function<void()>& property);

/// Checks a law on random fleets; `shape` turns each into one of which the law speaks.
void check_law(void (*law)(const World&));
void check_law(void (*shape)(Scenario&), void (*law)(const World&));

}  // namespace spillway::laws
