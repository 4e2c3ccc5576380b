#include "app/deploy/export_pool.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/policy_words.hpp"
#include "app/io/json_text.hpp"
#include "app/scenario/assemble.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform.hpp"
#include "app/scenario/platform_catalog.hpp"
#include "app/scenario/scenario_prices.hpp"
#include "policies/registry.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

bool is_worker_pool(const ConfigNode& pool) {
    const ConfigNode* kind = pool.find("kind");
    return kind == nullptr || kind->as_text() == "workers";
}

std::size_t pool_to_export(const Scenario& scenario, const std::optional<std::string>& wanted) {
    std::vector<std::string_view> names;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < scenario.pools.size(); ++i) {
        const std::string& name = scenario.pools[i].find("name")->as_text();
        if (!is_worker_pool(scenario.pools[i]))
            continue;
        names.push_back(name);
        if (!wanted || name == *wanted)
            found = i;
    }
    if (wanted && !found)
        throw unknown_name("--pool", "pool of workers", *wanted, names);
    if (names.empty())
        throw InputError(scenario.where, "has no pool of workers");
    if (!wanted && names.size() > 1)
        throw InputError(scenario.where, fmt::format("has several pools: {}", fmt::join(names, ", ")),
                         "say which: `spillway export SCENARIO.json --to FORM --pool NAME`; a plan writes "
                         "the scenario of its winner with --scenario");
    return *found;
}

bool buys_spot(const Scenario& scenario, const ConfigNode& pool, const PriceBook& book) {
    if (const ConfigNode* catalog = find_in_tree(pool, "price>catalog"))
        return book.entry(catalog->as_text(), catalog->where()).offer == Offer::kSpot;
    const ConfigNode* supply = pool.find("supply");
    return supply != nullptr &&
           std::any_of(scenario.supplies.begin(), scenario.supplies.end(),
                       [&](const SupplySpec& one) { return one.name == supply->as_text() && one.spot; });
}

/// On one line, whatever a setting holds.
std::string comment_line(const DeployForm& form, std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char letter) { return letter == '\n' || letter == '\r'; }, ' ');
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return fmt::format("{} {}\n", form.comment, text);
}

std::string head_comment(const DeployForm& form, const DeployDraft& draft) {
    std::string text =
        fmt::format("{} {}.\n{} Written by `spillway`; docs/deploy.md says what each key is.\n", form.comment,
                    form.summary, form.comment);
    for (const std::string& line : draft.replace) text += comment_line(form, line);
    for (const std::string& line : draft.unsaid) text += comment_line(form, "not expressible: " + line);
    return text + "\n";
}

void add_foreign_platform(const DeployForm& form, const ConfigNode& pool, std::vector<std::string>& unsaid) {
    const ConfigNode* platform = pool.find("platform");
    const PlatformPreset* preset = platform != nullptr ? find_preset(platform->as_text()) : nullptr;
    if (preset == nullptr || preset->pool.find("policy") == nullptr)
        return;  // machines, which any of these may run on
    const std::string policy = policy_name(*preset->pool.find("policy"));
    if (!is_native(form, policy))
        unsaid.push_back(
            fmt::format("platform {}: its prices, starts and limits are not {}'s, so that the "
                        "scenario's results do not hold there",
                        preset->name, form.speaker));
}

}  // namespace

DeployText export_pool(const ScenarioFile& file, const DeployForm& form,
                       const std::optional<std::string>& pool_name) {
    const Scenario scenario = file.scenario();
    const std::unique_ptr<Assembly> assembly = assemble(scenario);  // which checks all that follows relies on
    const std::size_t number = pool_to_export(scenario, pool_name);
    const ConfigNode& pool = scenario.pools[number];
    const ConfigNode whole = expand_platform(pool, assembly->prices);
    // A policy over several pools takes the place of the platforms' own.
    const auto policy = scaling_policy(scenario, scenario.policy ? pool : whole);
    if (!policy)
        throw InputError(scenario.policy ? scenario.policy->where() : pool.where(),
                         "its part in the policy over several pools cannot be told apart",
                         "give the pool a policy of its own");
    DeployDraft draft;
    add_foreign_platform(form, pool, draft.unsaid);
    if (scenario.policy && policy_name(*scenario.policy) != "pool-wise")
        draft.unsaid.push_back(fmt::format("policy {}: which pool gets a request is your gateway's to decide",
                                           json_text(*scenario.policy)));
    const ConfigNode* platform = pool.find("platform");
    const ConfigNode preset = platform != nullptr ? preset_named(platform->as_text(), platform->where()).pool
                                                  : ConfigNode::object("", {});
    const ConfigNode native = in_own_words(form, whole, *policy, preset, draft.unsaid);
    const PoolSetup& setup = assembly->pools[number];
    DeployPool deploy(native, preset,
                      {setup.concurrency, setup.serves, buys_spot(scenario, whole, assembly->prices)});
    form.write(deploy, draft);
    for (std::string& setting : deploy.unsaid()) draft.unsaid.push_back(std::move(setting));
    const std::string head = form.comment.empty() ? "" : head_comment(form, draft);
    return {head + form.text(draft.tree), std::move(draft.unsaid), std::move(draft.replace)};
}

bool can_export(const ScenarioFile& file, const DeployForm& form) {
    try {
        const Scenario scenario = file.scenario();
        const PriceBook book = scenario_prices(scenario);
        return std::any_of(scenario.pools.begin(), scenario.pools.end(), [&](const ConfigNode& pool) {
            if (!is_worker_pool(pool))
                return false;
            const ConfigNode whole = scenario.policy ? pool : expand_platform(pool, book);
            const auto policy = scaling_policy(scenario, whole);
            return policy && can_express(form, policy_name(*policy));
        });
    } catch (const InputError&) {
        return false;  // a candidate that cannot be run, which the race says
    }
}

}  // namespace spillway
