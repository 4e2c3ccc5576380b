#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/breakeven/break_even.hpp"
#include "app/plan/plan_space.hpp"
#include "app/run/on_demand.hpp"
#include "app/run/run_result.hpp"

namespace spillway {

/// Runs both ways of a break-even at one load after the other. Owned by one study.
class LoadRuns {
public:
    LoadRuns(const ScenarioFile& file, const std::optional<ScenarioFile>& alternative,
             const BreakEvenRules& rules);

    const std::string& name() const noexcept { return name_; }
    std::string alternative() const;
    LoadPoint at(double load) const;

    /// Where the textbook's figures cross: calls x seconds x price on the one side, instances for the peak
    /// minute with 20% to spare on the other, both of the scenario's own load. Empty outside the range.
    std::optional<double> textbook_crossing() const;
    std::vector<TextbookLine> effects() const;

private:
    Scenario loaded(const ScenarioFile& file, double load,
                    const std::vector<PlannedObjective>& objectives) const;
    Replications runs(const Scenario& scenario, const std::vector<PlannedObjective>& objectives) const;
    /// Whether that many workers seem to hold the objectives at that load.
    bool seems_to_hold(double load, int workers) const;
    std::optional<int> smallest_fixed(double load) const;
    Candidate fixed(int workers) const;

    ScenarioFile file_;
    std::optional<ScenarioFile> other_;
    BreakEvenRules rules_;
    std::string name_;
    std::vector<PlannedObjective> objectives_;  // none: nothing is promised
    std::shared_ptr<Recordings> recordings_;
    RunResult own_;         // the scenario's own draw at its own load
    std::size_t pool_ = 0;  // the first of workers
    std::optional<OnDemandCost> price_;
};

}  // namespace spillway
