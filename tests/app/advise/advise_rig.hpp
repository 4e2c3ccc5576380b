#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/advise/saving.hpp"
#include "app/run/run_result.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {

/// A folder with scenarios, and savings that are proposed on them.
struct AdviseRig {
    ScratchDir folder;

    ScenarioFile file(const std::string& json) const;
    AdviceGround ground(const std::string& json, const AdviceSettings& settings = {}) const;
    SavingProposal propose(std::string_view saving, const std::string& json,
                           const AdviceSettings& settings = {}) const;
    /// What the scenario's own draw says of it.
    RunResult run(const std::string& json) const;
    /// The same of what a saving makes of it.
    RunResult run(const SavingTry& changed) const;
};

/// Fails the case unless there is a setting with that label.
const SavingTry& setting(const SavingProposal& proposal, std::string_view label);
/// The labels of all settings.
std::vector<std::string> labels(const SavingProposal& proposal);

/// USD of the window.
double window_cost(const RunResult& result);

/// Fails the case unless there is such a saving.
const Saving& saving_named(std::string_view name);

/// Requests a fixed time apart, 40 tokens in and 20 out, as a CSV file's text.
std::string even_arrivals(int requests, int seconds_apart);

/// A scenario of one pool: `traffic`, `pool` are members without braces that come after the usual ones.
std::string one_pool(const std::string& pool, const std::string& rest);

}  // namespace spillway::tests
