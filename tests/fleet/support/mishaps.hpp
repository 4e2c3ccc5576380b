#pragma once
// Fleets in a world in which things go wrong at known moments.

#include <memory>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/fleet/world.hpp"
#include "tests/fleet/support/run.hpp"

namespace spillway::testing {

/// One pool in one supply in one zone. Starts take no time unless a test says otherwise.
inline FleetSpec in_one_zone(Duration horizon, std::unique_ptr<ScalePolicy> policy) {
    FleetSpec spec = one_pool(std::move(policy));
    spec.horizon = SimTime{horizon};
    spec.zones.push_back({"zone"});
    SupplySpec supply;
    supply.name = "gpus";
    supply.zone = ZoneId{0};
    spec.supplies.push_back(std::move(supply));
    spec.pools.front().supply = 0;
    return spec;
}

/// The same on spot capacity that is there until `down` and again from `up` on.
inline FleetSpec on_spot(Duration notice, std::pair<Duration, Duration> down_and_up, FleetSpec spec) {
    spec.supplies.front().spot = SpotSpec{notice, 0};
    spec.zones.front().replay = {
        {SimTime{}, true}, {SimTime{down_and_up.first}, false}, {SimTime{down_and_up.second}, true}};
    return spec;
}

/// A seed under which entity 0 is struck exactly once in the first hour, well inside it; and when.
struct OneStrike {
    OneStrike(const std::string& purpose, double rate) {
        for (seed.seed = 1;; ++seed.seed) {
            const std::vector<SimTime> moments = Strikes(seed, purpose, rate).in_slot(0, 0);
            using namespace std::chrono_literals;
            if (moments.size() == 1 && moments.front() > SimTime{20min} && moments.front() < SimTime{40min}) {
                at = moments.front();
                return;
            }
        }
    }
    RunSeed seed;
    SimTime at;
};

/// Notes what a fleet tells a start-up model.
class NotedStartup final : public StartupModel {
public:
    struct Notes {
        std::vector<std::uint32_t> versions;
        std::vector<std::pair<HostId, SimTime>> lost;
    };
    NotedStartup(Phases phases, Notes& notes) : model_(std::move(phases)), notes_(notes) {}
    void begin(const StartContext& context, SimTime now, StartListener& listener) override {
        notes_.versions.push_back(context.version);
        model_.begin(context, now, listener);
    }
    void cancel(StartId start, SimTime now) override { model_.cancel(start, now); }
    std::optional<SimTime> next_change() const override { return model_.next_change(); }
    void advance(SimTime now, StartListener& listener) override { model_.advance(now, listener); }
    double mean_seconds() const override { return model_.mean_seconds(); }
    void host_lost(HostId host, SimTime now) override { notes_.lost.emplace_back(host, now); }

private:
    SeriesStartup model_;
    Notes& notes_;
};

}  // namespace spillway::testing
