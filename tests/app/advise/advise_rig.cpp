#include "tests/app/advise/advise_rig.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/run/run_scenario.hpp"

namespace spillway::tests {

ScenarioFile AdviseRig::file(const std::string& json) const {
    return {read_config_text(json, "small.json"), folder.path()};
}

AdviceGround AdviseRig::ground(const std::string& json, const AdviceSettings& settings) const {
    const ScenarioFile scenario = file(json);
    return advice_ground(scenario, scenario.scenario(), settings);
}

SavingProposal AdviseRig::propose(std::string_view saving, const std::string& json,
                                  const AdviceSettings& settings) const {
    return saving_named(saving).propose(ground(json, settings));
}

RunResult AdviseRig::run(const std::string& json) const { return run_scenario(file(json).scenario()); }

RunResult AdviseRig::run(const SavingTry& changed) const {
    return run_scenario(ScenarioFile(changed.root, folder.path()).scenario());
}

const SavingTry& setting(const SavingProposal& proposal, std::string_view label) {
    const auto found = std::find_if(proposal.tries.begin(), proposal.tries.end(),
                                    [&](const SavingTry& one) { return one.label == label; });
    if (found == proposal.tries.end())
        throw std::runtime_error(fmt::format("no setting \"{}\" among: {}; {}", label,
                                             fmt::join(labels(proposal), ", "), proposal.why_not));
    return *found;
}

std::vector<std::string> labels(const SavingProposal& proposal) {
    std::vector<std::string> names;
    for (const SavingTry& one : proposal.tries) names.push_back(one.label);
    return names;
}

double window_cost(const RunResult& result) { return to_usd(result.cost); }

const Saving& saving_named(std::string_view name) {
    const auto all = savings();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Saving& one) { return one.name == name; });
    if (found == all.end())
        throw std::runtime_error(fmt::format("no saving \"{}\"", name));
    return *found;
}

std::string even_arrivals(int requests, int seconds_apart) {
    std::string rows = "t_s,input_tokens,output_tokens\n";
    for (int i = 0; i < requests; ++i) rows += fmt::format("{},40,20\n", i * seconds_apart);
    return rows;
}

std::string one_pool(const std::string& pool, const std::string& rest) {
    return R"({"name": "small", "warm_up": "0s", "pools": [{"name": "gpu", )" + pool + "}], " + rest + "}";
}

}  // namespace spillway::tests
