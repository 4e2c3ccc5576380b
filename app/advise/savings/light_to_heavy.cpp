#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/savings/lighter_models.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/report/format.hpp"
#include "app/scenario/overlay_node.hpp"
#include "models/llm/llm_catalog.hpp"
#include "policies/registry.hpp"

namespace spillway {
namespace {

bool is_tagged_light(const AdvisedPool& pool) {
    const ConfigNode* tags = pool.own.find("tags");
    return tags != nullptr && std::any_of(tags->items().begin(), tags->items().end(),
                                          [](const ConfigNode& tag) { return tag.as_text() == "light"; });
}

/// Whether `light` serves a smaller model than `heavy`, or says that it is a light one.
bool is_lighter(const AdvisedPool& light, const AdvisedPool& heavy) {
    if (!light.workers || light.number == heavy.number)
        return false;
    if (is_tagged_light(light))
        return !is_tagged_light(heavy);
    const LlmSpec* small = known_llm(light.llm());
    const LlmSpec* large = known_llm(heavy.llm());
    return small != nullptr && large != nullptr && small->parameters() < large->parameters();
}

/// The flow's stages with the light pool before the one of the heavy pool; empty where none is so, or where
/// only a share of the requests gets there already.
std::optional<ConfigNode> with_draft(const ConfigNode& stages, const AdvisedPool& light,
                                     const AdvisedPool& heavy, double share) {
    std::vector<ConfigNode> changed;
    bool any = false;
    for (const ConfigNode& stage : stages.items()) {
        if (text_at(stage, "pool") != heavy.name || stage.find("share") != nullptr) {
            changed.push_back(stage);
            continue;
        }
        any = true;
        const std::string name = "light-" + text_at(stage, "name");
        const ConfigNode quiet = without_member(stage, "streams");
        ConfigNode draft = with_member(quiet, {"name", advised_text(name)});
        changed.push_back(with_member(draft, {"pool", advised_text(light.name)}));
        ConfigNode answer = with_member(quiet, {"share", ConfigNode::number("advise", share)});
        if (stage.find("after") != nullptr)
            answer = with_member(answer, {"after", ConfigNode::list("advise", {advised_text(name)})});
        changed.push_back(std::move(answer));
    }
    if (!any)
        return std::nullopt;
    return ConfigNode::list("advise", std::move(changed));
}

void add_to_flows(const AdviceGround& ground, std::vector<SavingTry>& tries) {
    for (const AdvisedPool* heavy : ground.workers()) {
        for (const AdvisedPool& light : ground.pools) {
            if (light.ruled_out || !is_lighter(light, *heavy))
                continue;
            std::vector<ConfigNode> flows;
            bool any = false;
            for (const ConfigNode& flow : ground.root().find("flows")->items()) {
                const auto stages =
                    with_draft(*flow.find("stages"), light, *heavy, ground.settings.escalated);
                any = any || stages.has_value();
                flows.push_back(stages ? with_member(flow, {"stages", *stages}) : flow);
            }
            if (any)
                tries.push_back(
                    {fmt::format("{}, then {} for {}", light.name, heavy->name,
                                 show_share(ground.settings.escalated)),
                     with_member(ground.root(), {"flows", ConfigNode::list("advise", std::move(flows))})});
        }
    }
}

/// Requests of every class go to the first pool, a share of them to the second after it.
ConfigNode two_stages(const AdviceGround& ground, const ConfigNode& light, const ConfigNode& heavy) {
    std::vector<ConfigNode> flows;
    for (const std::string& name : ground.scenario.class_names()) {
        ConfigNode flow = advised_value(fmt::format(
            R"({{"name": "light first", "stages": [{{"name": "light", "pool": ""}}, {{"name": "heavy", "pool": "", "share": {}}}]}})",
            ground.settings.escalated));
        std::vector<ConfigNode> stages(flow.find("stages")->items().begin(),
                                       flow.find("stages")->items().end());
        stages[0] = with_member(stages[0], {"pool", *light.find("name")});
        stages[1] = with_member(stages[1], {"pool", *heavy.find("name")});
        flow = with_member(flow, {"stages", ConfigNode::list("advise", std::move(stages))});
        flow = with_member(flow, {"name", advised_text("light first: " + name)});
        flows.push_back(with_member(flow, {"class", advised_text(name)}));
    }
    const ConfigNode root = with_only_pools(ground.root(), {light, heavy});
    return with_member(root, {"flows", ConfigNode::list("advise", std::move(flows))});
}

/// Numbers of always-on workers to try for the light pool, where the heavy one has so many.
std::vector<std::int64_t> light_sizes(std::int64_t heavy) {
    std::vector<std::int64_t> sizes{(heavy + 3) / 4, (heavy + 1) / 2, heavy};
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

/// A light pool and a heavy one, with the sizes that a heavy pool of constant size leaves open: it needs its
/// share of the workers, and how many the light one needs must be tried.
void add_cascade(const AdviceGround& ground, const std::string& words, const ConfigNode& light,
                 const ConfigNode& heavy, std::vector<SavingTry>& tries) {
    const ConfigNode* policy = heavy.find("policy");
    if (policy == nullptr || policy_name(*policy) != "fixed") {
        tries.push_back({words, two_stages(ground, light, heavy)});
        return;
    }
    const std::int64_t present = count_at(*policy, "workers", 1);
    const auto left =
        static_cast<std::int64_t>(std::ceil(static_cast<double>(present) * ground.settings.escalated));
    const auto sized = [&](const ConfigNode& pool, std::int64_t workers) {
        const ConfigNode no_least = with_below(pool, "workers", "min", advised_count(0));
        return with_member(no_least, {"policy", with_member(*policy, {"workers", advised_count(workers)})});
    };
    for (const std::int64_t size : light_sizes(present))
        tries.push_back({fmt::format("{}, fixed {} and {}", words, size, left),
                         two_stages(ground, sized(light, size), sized(heavy, left))});
}

/// Light pools for a heavy one: those of the scenario, and the heavy one's own workers with smaller models.
void add_two_stages(const AdviceGround& ground, const AdvisedPool& heavy, std::vector<SavingTry>& tries) {
    const std::string share = show_share(ground.settings.escalated);
    const ConfigNode own = standing_alone(heavy);
    for (const AdvisedPool& light : ground.pools) {
        if (!is_lighter(light, heavy))
            continue;
        ConfigNode first = standing_alone(light);
        if (first.find("policy") == nullptr && own.find("policy") != nullptr)
            first = with_member(first, {"policy", *own.find("policy")});
        add_cascade(ground, fmt::format("{}, then {} for {}", light.name, heavy.name, share), first, own,
                    tries);
    }
    if (!tries.empty())
        return;
    for (const std::string& name : smaller_siblings(heavy.llm())) {
        for (const std::int64_t gpus : fewer_gpus(heavy)) {
            ConfigNode light = with_below(own, "service", "llm", advised_text(name));
            light = with_member(light, {"name", advised_text(heavy.name + "-light")});
            if (gpus != gpus_per_worker(heavy))
                light = with_gpus(light, gpus);
            add_cascade(
                ground,
                fmt::format("{}{}, then {} for {}", name, gpus_words(heavy, gpus), heavy.llm(), share), light,
                own, tries);
        }
    }
}

}  // namespace

SavingProposal propose_light_to_heavy(const AdviceGround& ground) {
    SavingProposal proposal;
    if (ground.has_flows()) {
        add_to_flows(ground, proposal.tries);
    } else {
        for (const AdvisedPool* heavy : ground.workers()) add_two_stages(ground, *heavy, proposal.tries);
    }
    if (proposal.tries.empty())
        proposal.why_not =
            ground.has_flows()
                ? "no stage that takes every request is served by a model that another pool has a lighter "
                  "one "
                  "of: add a pool that serves the lighter model by \"llm\", or has the tag \"light\""
                : "no model lighter than the one that serves is known: add a pool that serves it, with the "
                  "tag "
                  "\"light\" (ruled out by \"requires\" if it is not in use)";
    return proposal;
}

}  // namespace spillway
