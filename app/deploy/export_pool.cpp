#include "app/deploy/export_pool.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/deploy/config_tree.hpp"
#include "app/io/json_text.hpp"
#include "app/scenario/assemble.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform.hpp"
#include "app/scenario/platform_catalog.hpp"
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
                         "say which: --pool NAME");
    return *found;
}

/// Whether the node's text member says that.
bool names_pool(const ConfigNode& policy, std::string_view member, const std::string& pool) {
    const ConfigNode* value = policy.find(member);
    return value != nullptr && value->kind() == Kind::kText && value->as_text() == pool;
}

/// What a policy over several pools does with this one, as a policy of its own.
std::optional<ConfigNode> policy_share(const ConfigNode& together, const std::string& pool) {
    if (together.kind() != Kind::kObject)
        return std::nullopt;
    const std::string& where = together.where();
    const std::string name = policy_name(together);
    if (name == "pool-wise") {
        const ConfigNode* pools = together.find("pools");
        const ConfigNode* own = pools != nullptr ? pools->find(pool) : nullptr;
        return own != nullptr ? std::optional(*own) : std::nullopt;
    }
    if (names_pool(together, "base", pool)) {
        if (const ConfigNode* policy = together.find("base_policy"))
            return *policy;
        const ConfigNode* workers = together.find("base_workers");
        if (workers == nullptr)
            return std::nullopt;
        return ConfigNode::object(where, {{"name", ConfigNode::text(where, "fixed")}, {"workers", *workers}});
    }
    if (name != "spike-buffer" && name != "class-split" && name != "gpu-fallback")
        return std::nullopt;
    ConfigNode own = ConfigNode::object(where, {{"name", ConfigNode::text(where, "scale-to-zero")}});
    for (const char* member : {"idle_timeout", "requests_per_worker"}) {
        if (const ConfigNode* value = together.find(member))
            own = with_member(own, {member, *value});
    }
    return own;
}

/// The policy's object, whatever way it was written.
ConfigNode policy_object(const ConfigNode& policy) {
    if (policy.kind() == Kind::kObject)
        return policy;
    return ConfigNode::object(policy.where(), {{"name", ConfigNode::text(policy.where(), policy.as_text())}});
}

bool is_idle_policy(const std::string& name) { return name == "scale-to-zero" || name == "keep-warm"; }

bool is_native(const DeployForm& form, const std::string& name) {
    return std::find(form.policies.begin(), form.policies.end(), name) != form.policies.end();
}

bool can_express(const DeployForm& form, const std::string& policy) {
    return is_native(form, policy) || policy == "fixed" ||
           (form.from_idle != nullptr && is_idle_policy(policy));
}

InputError cannot_express(const DeployForm& form, const ConfigNode& policy) {
    const std::string name = policy_name(policy);
    std::vector<std::string_view> others;
    for (const DeployForm& other : deploy_forms()) {
        if (can_express(other, name))
            others.push_back(other.name);
    }
    const std::string plan_there = fmt::format(
        "with \"platform\": \"{}\" and no policy of its own, `spillway plan` tries {}'s knobs", form.platform,
        form.speaker);
    return {policy.where(),
            fmt::format("{} cannot express the policy \"{}\": {}", form.speaker, name, form.rule),
            others.empty() ? "no form can; " + plan_there
                           : fmt::format("these can: {}; {}", fmt::join(others, ", "), plan_there)};
}

IdleScaling idle_scaling(const ConfigNode& policy) {
    IdleScaling scaling;
    const ConfigNode* idle = policy.find("idle_timeout");
    scaling.idle_timeout = idle != nullptr ? *idle : ConfigNode::text(policy.where(), "60s");
    if (const ConfigNode* spare = policy.find("buffer"))
        scaling.spare = spare->as_integer();
    if (const ConfigNode* delay = policy.find("queue_delay"))
        scaling.queue_delay = *delay;
    if (const ConfigNode* requests = policy.find("requests_per_worker"))
        scaling.requests_per_worker = *requests;
    return scaling;
}

/// A general policy's members that no form has a word for.
void add_left_out(const ConfigNode& policy, std::vector<std::string>& unsaid) {
    for (const char* member : {"check_period", "active_window"}) {
        if (const ConfigNode* value = policy.find(member))
            unsaid.push_back(fmt::format("policy.{} {}", member, plain_text(*value)));
    }
}

ConfigNode with_size(const ConfigNode& pool, std::string_view member, const ConfigNode& count) {
    return with_in_tree(pool, fmt::format("workers>{}", member), count);
}

/// The pool with its policy in the form's own words.
ConfigNode in_own_words(const DeployForm& form, const ConfigNode& pool, const ConfigNode& policy,
                        std::vector<std::string>& unsaid) {
    const std::string name = policy_name(policy);
    if (is_native(form, name))
        return with_member(pool, {"policy", policy});
    if (!can_express(form, name))
        throw cannot_express(form, policy);
    if (name == "fixed") {
        const ConfigNode count = *policy.find("workers");
        ConfigNode own = ConfigNode::object(
            policy.where(), {{"name", ConfigNode::text(policy.where(), std::string(form.policies.front()))}});
        if (form.policies.front() == "knative-kpa")
            own = with_member(own, {"initial_scale", count});
        return with_member(with_size(with_size(pool, "min", count), "max", count), {"policy", std::move(own)});
    }
    NativePolicy native = form.from_idle(idle_scaling(policy));
    unsaid.insert(unsaid.end(), native.differs.begin(), native.differs.end());
    add_left_out(policy, unsaid);
    const ConfigNode* floor = policy.find("min");
    return with_member(floor != nullptr ? with_size(pool, "min", *floor) : pool,
                       {"policy", std::move(native.policy)});
}

bool buys_spot(const Scenario& scenario, const ConfigNode& pool, const PriceBook& book) {
    if (const ConfigNode* catalog = find_in_tree(pool, "price>catalog"))
        return book.entry(catalog->as_text(), catalog->where()).offer == Offer::kSpot;
    const ConfigNode* supply = pool.find("supply");
    return supply != nullptr &&
           std::any_of(scenario.supplies.begin(), scenario.supplies.end(), [&](const SupplySpec& one) {
               return one.name == supply->as_text() && one.spot;
           });
}

std::string head_comment(const DeployForm& form, const DeployDraft& draft) {
    std::string text = fmt::format("{} {}.\n{} Written by `spillway`; docs/deploy.md says what each key is.\n",
                                   form.comment, form.summary, form.comment);
    for (std::string line : draft.replace) {
        line.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(line.front())));
        text += fmt::format("{} {}\n", form.comment, line);
    }
    for (const std::string& line : draft.unsaid)
        text += fmt::format("{} Not expressible: {}\n", form.comment, line);
    return text + "\n";
}

/// The policy of the pool, wherever the scenario states it. Empty: nowhere, or its part in one over several
/// pools cannot be told.
std::optional<ConfigNode> scaling_policy(const Scenario& scenario, const ConfigNode& pool) {
    if (const ConfigNode* own = pool.find("policy"))
        return policy_object(*own);
    if (!scenario.policy)
        return std::nullopt;
    const ConfigNode* name = pool.find("name");
    const auto share = policy_share(*scenario.policy, name != nullptr ? name->as_text() : "");
    return share ? std::optional(policy_object(*share)) : std::nullopt;
}

void add_foreign_platform(const DeployForm& form, const ConfigNode& pool, std::vector<std::string>& unsaid) {
    const ConfigNode* platform = pool.find("platform");
    const PlatformPreset* preset = platform != nullptr ? find_preset(platform->as_text()) : nullptr;
    if (preset == nullptr || preset->pool.find("policy") == nullptr)
        return;  // machines, which any of these may run on
    const std::string policy = policy_name(*preset->pool.find("policy"));
    if (!is_native(form, policy))
        unsaid.push_back(fmt::format("platform {}: its prices, starts and limits are not {}'s, so that the "
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
    const ConfigNode native = in_own_words(form, whole, *policy, draft.unsaid);
    const ConfigNode* platform = pool.find("platform");
    const ConfigNode preset =
        platform != nullptr ? preset_named(platform->as_text(), platform->where()).pool
                            : ConfigNode::object("", {});
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
        const PriceBook book = PriceBook::built_in();
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
