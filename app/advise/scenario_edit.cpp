#include "app/advise/scenario_edit.hpp"

#include <algorithm>

#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "app/scenario/overlay_node.hpp"

namespace spillway {
namespace {

constexpr const char* kAdvise = "advise";

std::vector<ConfigNode> pools_of(const ConfigNode& root) {
    const ConfigNode* pools = root.find("pools");
    return {pools->items().begin(), pools->items().end()};
}

ConfigNode with_list(const ConfigNode& root, std::vector<ConfigNode> pools) {
    return with_member(root, {"pools", ConfigNode::list(kAdvise, std::move(pools))});
}

}  // namespace

ConfigNode advised_value(const std::string& json) { return read_config_text(json, kAdvise); }
ConfigNode advised_text(std::string text) { return ConfigNode::text(kAdvise, std::move(text)); }
ConfigNode advised_count(std::int64_t count) { return ConfigNode::integer(kAdvise, count); }

std::string text_at(const ConfigNode& object, std::string_view name, const std::string& fallback) {
    const ConfigNode* member = object.kind() == ConfigNode::Kind::kObject ? object.find(name) : nullptr;
    return member != nullptr && member->kind() == ConfigNode::Kind::kText ? member->as_text() : fallback;
}

std::int64_t count_at(const ConfigNode& object, std::string_view name, std::int64_t fallback) {
    const ConfigNode* member = object.kind() == ConfigNode::Kind::kObject ? object.find(name) : nullptr;
    return member != nullptr && member->kind() == ConfigNode::Kind::kInteger ? member->as_integer()
                                                                             : fallback;
}

const ConfigNode* find_below(const ConfigNode& object, std::string_view outer, std::string_view inner) {
    const ConfigNode* member = object.find(outer);
    return member != nullptr && member->kind() == ConfigNode::Kind::kObject ? member->find(inner) : nullptr;
}

ConfigNode with_below(const ConfigNode& object, const std::string& outer, const std::string& inner,
                      ConfigNode value) {
    const ConfigNode* member = object.find(outer);
    const bool there = member != nullptr && member->kind() == ConfigNode::Kind::kObject;
    const ConfigNode base = there ? *member : ConfigNode::object(kAdvise, {});
    return with_member(object, {outer, with_member(base, {inner, std::move(value)})});
}

ConfigNode with_pool(const ConfigNode& root, std::size_t number, ConfigNode pool) {
    std::vector<ConfigNode> pools = pools_of(root);
    pools.at(number) = std::move(pool);
    return with_list(root, std::move(pools));
}

ConfigNode with_only_pools(const ConfigNode& root, std::vector<ConfigNode> pools) {
    ConfigNode changed = root;
    for (const std::string_view member : {"requires", "policy", "route"})
        changed = without_member(changed, member);
    return with_list(changed, std::move(pools));
}

std::vector<FieldChange> changes_between(const ConfigNode& before, const ConfigNode& after) {
    std::vector<FieldChange> changes;
    for (const auto& [name, value] : before.members()) {
        const ConfigNode* other = after.find(name);
        if (other == nullptr) {
            changes.push_back({name, ConfigNode(kAdvise), kAdvise});
        } else if (json_text(*other) != json_text(value)) {
            changes.push_back({name, *other, kAdvise});
        }
    }
    for (const auto& [name, value] : after.members()) {
        if (before.find(name) == nullptr)
            changes.push_back({name, value, kAdvise});
    }
    return changes;
}

}  // namespace spillway
