#include "app/why/why_run.hpp"

#include <fmt/format.h>

#include "app/run/run_scenario.hpp"
#include "app/scenario/assemble.hpp"
#include "app/why/chain_tracer.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

StoryNames names_of(const Scenario& scenario, const Assembly& assembly) {
    StoryNames names;
    names.classes = scenario.class_names();
    for (const PoolSetup& pool : assembly.pools) names.pools.push_back(pool.name);
    for (const HostSpec& host : scenario.hosts) names.hosts.push_back(host.name);
    for (const ClassSpec& one : assembly.fleet.classes) {
        std::optional<std::vector<std::string>>& stages = names.stages.emplace_back();
        if (!one.flow)
            continue;
        stages.emplace();
        for (const StageSpec& stage : assembly.fleet.flows[*one.flow].stages) stages->push_back(stage.name);
    }
    return names;
}

/// Runs with a tracer that hands every story to `listener`.
void trace(const Scenario& scenario, Assembly& assembly, ChainTracer::Listener listener) {
    std::vector<int> priorities;
    for (const ScenarioClass& one : scenario.classes) priorities.push_back(one.spec.priority);
    ChainTracer tracer(std::move(priorities), std::move(listener));
    Onlookers onlookers;
    onlookers.requests.push_back(&tracer);
    onlookers.steps.push_back(&tracer);
    onlookers.controls.push_back(&tracer);
    run_assembled(scenario, assembly, onlookers);
}

}  // namespace

RequestAnswer why_request(const Scenario& scenario, std::uint64_t number) {
    const std::unique_ptr<Assembly> assembly = assemble(scenario);
    RequestAnswer answer{names_of(scenario, *assembly), {}};
    std::optional<RequestStory> found;
    std::uint64_t measured = 0;
    trace(scenario, *assembly, [&](const RequestStory& story) {
        ++measured;
        if (story.record.origin == number)
            found = story;
    });
    if (!found) {
        throw InputError(fmt::format("--request {}", number),
                         fmt::format("is none of the {} measured requests", measured),
                         "the first column of `spillway run SCENARIO.json --requests FILE` numbers them");
    }
    answer.story = std::move(*found);
    return answer;
}

BandAnswer why_band(const Scenario& scenario, Quantile percentile, std::optional<ClassId> only) {
    BandFinder finder(only);
    Onlookers onlookers;
    onlookers.requests.push_back(&finder);
    run_scenario(scenario, onlookers);
    const std::optional<Band> band = finder.find(percentile);
    if (!band) {
        throw InputError(scenario.where, "no request completed: there is no band of them",
                         "`spillway run` says what became of them");
    }
    BandFold fold(*band, only);
    const std::unique_ptr<Assembly> assembly = assemble(scenario);
    StoryNames names = names_of(scenario, *assembly);
    trace(scenario, *assembly, [&](const RequestStory& story) { fold.add(story); });
    return {std::move(names), only, *band, fold.findings()};
}

}  // namespace spillway
