#include "app/deploy/deploy_pool.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/io/json_text.hpp"
#include "policies/registry.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::string_view kPolicyPrefix = "policy.";

/// What a pool is and lives through, as opposed to what it is told.
constexpr std::array<std::string_view, 20> kWorldMembers{"name",
                                                         "kind",
                                                         "tags",
                                                         "platform",
                                                         "service",
                                                         "startup",
                                                         "price",
                                                         "path",
                                                         "post",
                                                         "crash_rate",
                                                         "stop_time",
                                                         "start_retry",
                                                         "initial",
                                                         "supply",
                                                         "on_worker_lost",
                                                         "start_backoff",
                                                         "gpus.per_instance",
                                                         "init_timeout_from",
                                                         "max_requeues",
                                                         "cancel_starting"};

const ConfigNode* find_in_pool(const ConfigNode& pool, std::string_view at) {
    std::string path(at);
    std::replace(path.begin(), path.end(), '.', '>');
    return find_in_tree(pool, path);
}

/// As the file would say it.
ConfigNode default_node(const ParamSpec& spec) {
    const std::string text(spec.fallback);
    switch (spec.kind) {
        case ParamKind::kFlag:
            return ConfigNode::flag("", text == "true");
        case ParamKind::kInteger:
        case ParamKind::kCount:
        case ParamKind::kNumber: {
            const double number = std::stod(text);
            const auto whole = static_cast<std::int64_t>(number);
            return static_cast<double>(whole) == number ? ConfigNode::integer("", whole)
                                                        : ConfigNode::number("", number);
        }
        default:
            return ConfigNode::text("", text);
    }
}

const ParamSpec* find_policy_param(const std::string& policy, std::string_view name) {
    for (const ScalePolicyEntry& entry : scale_policies()) {
        if (entry.name != policy)
            continue;
        const auto found = std::find_if(entry.params.begin(), entry.params.end(),
                                        [&](const ParamSpec& one) { return one.name == name; });
        return found != entry.params.end() ? &*found : nullptr;
    }
    return nullptr;
}

/// Whether the two say the same of this parameter, "70%" and 0.7 included.
bool says_same(const ConfigNode& a, const ConfigNode& b, ParamKind kind) {
    switch (kind) {
        case ParamKind::kDuration:
            return a.as_duration() == b.as_duration();
        case ParamKind::kRatio:
            return a.as_ratio() == b.as_ratio();
        case ParamKind::kInteger:
        case ParamKind::kCount:
        case ParamKind::kNumber:
            return a.as_number() == b.as_number();
        default:
            return json_text(a) == json_text(b);
    }
}

}  // namespace

DeployPool::DeployPool(ConfigNode pool, ConfigNode preset, DeployFacts facts)
    : pool_(std::move(pool)), preset_(std::move(preset)), facts_(std::move(facts)) {}

std::string DeployPool::name() const { return pool_.find("name")->as_text(); }

std::string DeployPool::policy() const { return policy_name(*pool_.find("policy")); }

std::string DeployPool::gpu() const {
    const ConfigNode* gpu = pool_.find("gpu");
    return gpu != nullptr ? gpu->as_text() : "";
}

std::optional<ConfigNode> DeployPool::value(std::string_view at) {
    said_.emplace(at);
    if (at == "concurrency")
        return ConfigNode::integer("", facts_.concurrency);
    const ConfigNode* given = find_in_pool(pool_, at);
    if (given != nullptr && given->kind() != Kind::kNull)
        return *given;
    if (at == "workers.min")
        return ConfigNode::integer("", 0);
    if (at == "gpus.per_worker")
        return ConfigNode::integer("", 1);
    if (!at.starts_with(kPolicyPrefix))
        return std::nullopt;
    const ParamSpec* spec = find_policy_param(policy(), at.substr(kPolicyPrefix.size()));
    if (spec == nullptr || spec->presence != Presence::kDefaulted)
        return std::nullopt;
    return default_node(*spec);
}

std::optional<ConfigNode> DeployPool::value_or(std::string_view at, std::string_view otherwise) {
    const std::optional<ConfigNode> first = value(at);
    const std::optional<ConfigNode> second = value(otherwise);
    return first ? first : second;
}

bool DeployPool::is_own_default(const ConfigNode& node, const std::string& path) const {
    const ConfigNode* preset = find_in_pool(preset_, path);
    if (preset != nullptr && json_text(*preset) == json_text(node))
        return true;
    if (!path.starts_with(kPolicyPrefix))
        return false;
    const ParamSpec* spec = find_policy_param(policy(), path.substr(kPolicyPrefix.size()));
    return spec != nullptr && spec->presence == Presence::kDefaulted &&
           says_same(node, default_node(*spec), spec->kind);
}

void DeployPool::add_unsaid(const ConfigNode& node, const std::string& path,
                            std::vector<std::string>& list) const {
    const bool world = std::find(kWorldMembers.begin(), kWorldMembers.end(), path) != kWorldMembers.end();
    if (world || path == "policy.name" || said_.contains(path) || node.kind() == Kind::kNull)
        return;
    if (node.kind() == Kind::kObject) {
        for (const auto& [name, value] : node.members())
            add_unsaid(value, path.empty() ? name : fmt::format("{}.{}", path, name), list);
    } else if (path != "policy" && !is_own_default(node, path)) {
        list.push_back(fmt::format("{} {}", path, plain_text(node)));
    }
}

std::vector<std::string> DeployPool::unsaid() const {
    std::vector<std::string> list;
    add_unsaid(pool_, "", list);
    return list;
}

}  // namespace spillway
