#include "app/scenario/overlay_node.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::array<std::string_view, 4> kNaming{"name", "model", "catalog", "preset"};
constexpr std::array<std::string_view, 2> kStarts{"phases", "learned"};

/// Two ways to say one thing: whoever gives one has given up the other.
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> kAlternatives{
    {{"max_wait", "pending_limit"}}};

bool has_any(const ConfigNode& object, const std::array<std::string_view, 2>& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return object.find(name) != nullptr; });
}

bool names_another(const ConfigNode& base, const ConfigNode& over) {
    if (base.find("preset") != nullptr && over.find("preset") == nullptr && has_any(over, kStarts))
        return true;
    return std::any_of(kNaming.begin(), kNaming.end(), [&](std::string_view name) {
        const ConfigNode* given = over.find(name);
        if (given == nullptr || given->kind() != Kind::kText)
            return false;
        const ConfigNode* known = base.find(name);
        return known == nullptr || known->kind() != Kind::kText || known->as_text() != given->as_text();
    });
}

bool is_given_up(std::string_view member, const ConfigNode& over) {
    return std::any_of(kAlternatives.begin(), kAlternatives.end(), [&](const auto& pair) {
        return (member == pair.first && over.find(pair.second) != nullptr) ||
               (member == pair.second && over.find(pair.first) != nullptr);
    });
}

}  // namespace

ConfigNode overlay_node(const ConfigNode& base, const ConfigNode& over) {
    if (base.kind() != Kind::kObject || over.kind() != Kind::kObject || names_another(base, over))
        return over;
    return overlay_members(base, over);
}

ConfigNode overlay_members(const ConfigNode& base, const ConfigNode& over) {
    std::vector<ConfigNode::Member> members;
    for (const auto& [name, value] : base.members()) {
        const ConfigNode* given = over.find(name);
        if (given == nullptr) {
            if (!is_given_up(name, over))
                members.emplace_back(name, value);
        } else if (given->kind() != Kind::kNull) {
            members.emplace_back(name, overlay_node(value, *given));
        }
    }
    for (const auto& [name, value] : over.members()) {
        if (base.find(name) == nullptr && value.kind() != Kind::kNull)
            members.emplace_back(name, value);
    }
    return ConfigNode::object(over.where(), std::move(members));
}

ConfigNode with_member(const ConfigNode& object, ConfigNode::Member member) {
    std::vector<ConfigNode::Member> members(object.members().begin(), object.members().end());
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const auto& one) { return one.first == member.first; });
    if (found == members.end()) {
        members.push_back(std::move(member));
    } else {
        *found = std::move(member);
    }
    return ConfigNode::object(object.where(), std::move(members));
}

ConfigNode without_member(const ConfigNode& object, std::string_view name) {
    std::vector<ConfigNode::Member> members(object.members().begin(), object.members().end());
    std::erase_if(members, [&](const auto& one) { return one.first == name; });
    return ConfigNode::object(object.where(), std::move(members));
}

}  // namespace spillway
