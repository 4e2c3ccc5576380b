#include "app/deploy/policy_words.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/deploy/config_tree.hpp"
#include "app/scenario/overlay_node.hpp"
#include "policies/registry.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

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

InputError cannot_express(const DeployForm& form, const ConfigNode& policy) {
    const std::string name = policy_name(policy);
    std::vector<std::string_view> others;
    for (const DeployForm& other : deploy_forms()) {
        if (can_express(other, name))
            others.push_back(other.name);
    }
    const std::string plan_there =
        fmt::format("with \"platform\": \"{}\" and no policy of its own, `spillway plan` tries {}'s knobs",
                    form.platform, form.speaker);
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

/// The form's own policy: as the pool's platform has it, or by its name alone.
ConfigNode own_policy(const DeployForm& form, const ConfigNode& preset) {
    const ConfigNode* known = preset.find("policy");
    if (known != nullptr && is_native(form, policy_name(*known)))
        return *known;
    return ConfigNode::object("", {{"name", ConfigNode::text("", std::string(form.policies.front()))}});
}

ConfigNode with_size(const ConfigNode& pool, std::string_view member, const ConfigNode& count) {
    return with_in_tree(pool, fmt::format("workers>{}", member), count);
}

}  // namespace

std::optional<ConfigNode> scaling_policy(const Scenario& scenario, const ConfigNode& pool) {
    if (const ConfigNode* own = pool.find("policy"))
        return policy_object(*own);
    if (!scenario.policy)
        return std::nullopt;
    const ConfigNode* name = pool.find("name");
    const auto share = policy_share(*scenario.policy, name != nullptr ? name->as_text() : "");
    return share ? std::optional(policy_object(*share)) : std::nullopt;
}

bool is_native(const DeployForm& form, const std::string& name) {
    return std::find(form.policies.begin(), form.policies.end(), name) != form.policies.end();
}

bool can_express(const DeployForm& form, const std::string& policy) {
    return is_native(form, policy) || policy == "fixed" ||
           (form.from_idle != nullptr && is_idle_policy(policy));
}

ConfigNode in_own_words(const DeployForm& form, const ConfigNode& pool, const ConfigNode& policy,
                        const ConfigNode& preset, std::vector<std::string>& unsaid) {
    const std::string name = policy_name(policy);
    if (is_native(form, name))
        return with_member(pool, {"policy", policy});
    if (!can_express(form, name))
        throw cannot_express(form, policy);
    if (name == "fixed") {
        const ConfigNode count = *policy.find("workers");
        ConfigNode own = own_policy(form, preset);
        if (policy_name(own) == "knative-kpa")
            own = with_member(own, {"initial_scale", count});
        return with_member(with_size(with_size(pool, "min", count), "max", count),
                           {"policy", std::move(own)});
    }
    NativePolicy native = form.from_idle(idle_scaling(policy));
    unsaid.insert(unsaid.end(), native.differs.begin(), native.differs.end());
    add_left_out(policy, unsaid);
    const ConfigNode* floor = policy.find("min");
    return with_member(floor != nullptr ? with_size(pool, "min", *floor) : pool,
                       {"policy", std::move(native.policy)});
}

}  // namespace spillway
