#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/bound/floor.hpp"
#include "app/run/fixed_fleet.hpp"
#include "app/run/run_result.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// A clairvoyant schedule of one pool, as the simulator ran it.
struct KnownSchedule {
    std::string pool;
    RunResult result;
};

/// One scenario as it stands, with its own policy.
struct ComparedRun {
    RunResult result;
    bool meets = false;      ///< every objective holds and the fleet kept up
    bool is_bounded = true;  ///< false: it began more starts than the floor is proved for
};

/// What a clairvoyant autoscaler could have paid for the traffic and objectives of some scenarios, and what
/// their policies pay.
struct Bounds {
    Floor floor;                        ///< with what is paid whatever the fleet does
    std::optional<KnownSchedule> best;  ///< empty: no schedule was found that meets the objectives
    std::optional<FixedFleet> fixed;    ///< the cheapest that always has the same workers, likewise
    std::vector<ComparedRun> runs;      ///< by scenario

    /// Of the best known schedule above the floor, as a share of it; empty without either.
    std::optional<double> gap() const;
};

/// From this gap on, floor and best known say little about what lies between them.
constexpr double kLooseGap = 0.25;

/// How much more `cost` is, as a share; empty when `than` is nothing.
std::optional<double> above(double cost, double than);

/// The pools of all scenarios are looked at together: the floor holds for each of them. Throws InputError
/// when they differ in traffic or objectives, and for what cannot be bounded.
Bounds find_bounds(const std::vector<Scenario>& scenarios);

/// The floor alone.
Floor find_floor(const std::vector<Scenario>& scenarios);

}  // namespace spillway
