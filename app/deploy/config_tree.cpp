#include "app/deploy/config_tree.hpp"

#include <algorithm>
#include <cctype>
#include <span>

#include <fmt/format.h>

#include "app/io/json_text.hpp"
#include "app/scenario/overlay_node.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;
using TreeSteps = std::span<const std::string_view>;

constexpr std::string_view kExpression = "(expression)";

std::vector<std::string_view> tree_steps(std::string_view path) {
    std::vector<std::string_view> steps;
    while (true) {
        const std::size_t end = path.find('>');
        steps.push_back(path.substr(0, end));
        if (end == path.npos)
            return steps;
        path.remove_prefix(end + 1);
    }
}

/// "[0]" or "[type=Percent]".
struct ListChoice {
    std::size_t number = 0;
    std::string_view key;  ///< empty: by number
    std::string_view value;
};

bool chooses_from_list(std::string_view step) { return step.starts_with('['); }

ListChoice list_choice(std::string_view step) {
    const std::string_view inner = step.substr(1, step.size() - 2);
    const std::size_t equals = inner.find('=');
    if (equals != inner.npos)
        return {0, inner.substr(0, equals), inner.substr(equals + 1)};
    return {static_cast<std::size_t>(parse_integer(inner).value_or(0)), {}, {}};
}

bool is_chosen(const ConfigNode& item, const ListChoice& choice) {
    if (item.kind() != Kind::kObject)
        return false;
    const ConfigNode* value = item.find(choice.key);
    return value != nullptr && value->kind() == Kind::kText && value->as_text() == choice.value;
}

std::size_t place_in_list(std::span<const ConfigNode> items, const ListChoice& choice) {
    if (choice.key.empty())
        return choice.number;
    return static_cast<std::size_t>(
        std::find_if(items.begin(), items.end(),
                     [&](const ConfigNode& item) { return is_chosen(item, choice); }) -
        items.begin());
}

const ConfigNode* tree_child(const ConfigNode& node, std::string_view step) {
    if (chooses_from_list(step)) {
        const ListChoice choice = list_choice(step);
        if (node.kind() == Kind::kObject)
            return choice.key.empty() ? (choice.number == 0 ? &node : nullptr)
                                      : (is_chosen(node, choice) ? &node : nullptr);
        if (node.kind() != Kind::kList)
            return nullptr;
        const std::size_t at = place_in_list(node.items(), choice);
        return at < node.items().size() ? &node.items()[at] : nullptr;
    }
    if (node.kind() == Kind::kList && node.items().size() == 1)
        return tree_child(node.items().front(), step);
    return node.kind() == Kind::kObject && !is_expression(node) ? node.find(step) : nullptr;
}

ConfigNode with_steps(const ConfigNode& node, TreeSteps steps, const ConfigNode& value) {
    if (steps.empty())
        return value;
    const std::string_view step = steps.front();
    const TreeSteps rest = steps.subspan(1);
    if (!chooses_from_list(step)) {
        const ConfigNode object = node.kind() == Kind::kObject ? node : ConfigNode::object(node.where(), {});
        const ConfigNode* child = object.find(step);
        return with_member(
            object, {std::string(step), with_steps(child != nullptr ? *child : ConfigNode(""), rest, value)});
    }
    const ListChoice choice = list_choice(step);
    std::vector<ConfigNode> items;
    if (node.kind() == Kind::kList)
        items.assign(node.items().begin(), node.items().end());
    const std::size_t at = std::min(place_in_list(items, choice), items.size());
    if (at == items.size()) {
        ConfigNode fresh = ConfigNode::object("", {});
        if (!choice.key.empty())
            fresh = with_member(fresh,
                                {std::string(choice.key), ConfigNode::text("", std::string(choice.value))});
        items.push_back(std::move(fresh));
    }
    items[at] = with_steps(items[at], rest, value);
    return ConfigNode::list(node.where(), std::move(items));
}

void add_leaves(const ConfigNode& node, std::vector<const ConfigNode*>& leaves) {
    const bool object = node.kind() == Kind::kObject && !is_expression(node);
    if (object && !node.members().empty()) {
        for (const auto& [name, value] : node.members()) add_leaves(value, leaves);
    } else if (node.kind() == Kind::kList && !node.items().empty()) {
        for (const ConfigNode& item : node.items()) add_leaves(item, leaves);
    } else {
        leaves.push_back(&node);
    }
}

}  // namespace

const ConfigNode* find_in_tree(const ConfigNode& root, std::string_view path) {
    const ConfigNode* node = &root;
    for (const std::string_view step : tree_steps(path)) {
        node = tree_child(*node, step);
        if (node == nullptr)
            return nullptr;
    }
    return node;
}

ConfigNode with_in_tree(const ConfigNode& root, std::string_view path, const ConfigNode& value) {
    return with_steps(root, tree_steps(path), value);
}

ConfigNode expression_node(const std::string& where, std::string text) {
    return ConfigNode::object(where, {{std::string(kExpression), ConfigNode::text(where, std::move(text))}});
}

bool is_expression(const ConfigNode& node) {
    return node.kind() == Kind::kObject && node.members().size() == 1 &&
           node.members().front().first == kExpression;
}

const ConfigNode& require_value(const ConfigNode& node) {
    if (is_expression(node)) {
        throw InputError(node.where(),
                         fmt::format("is an expression, which is not evaluated: {}",
                                     node.members().front().second.as_text()),
                         "write the value itself in its place");
    }
    return node;
}

std::vector<const ConfigNode*> leaves_of(const ConfigNode& root) {
    std::vector<const ConfigNode*> leaves;
    add_leaves(root, leaves);
    return leaves;
}

std::string plain_text(const ConfigNode& node) {
    if (is_expression(node))
        return node.members().front().second.as_text();
    return node.kind() == Kind::kText ? node.as_text() : json_text(node);
}

std::string dns_label(std::string_view name) {
    constexpr std::size_t kLongest = 49;  // of a Cloud Run service, the shortest limit of all
    std::string label;
    for (const char letter : name) {
        const auto byte = static_cast<unsigned char>(letter);
        if (std::isalnum(byte) != 0 && byte < 128) {
            label += static_cast<char>(std::tolower(byte));
        } else if (!label.empty() && label.back() != '-') {
            label += '-';
        }
    }
    if (!label.empty() && std::isdigit(static_cast<unsigned char>(label.front())) != 0)
        label.insert(0, "w-");
    label.resize(std::min(label.size(), kLongest));
    while (!label.empty() && label.back() == '-') label.pop_back();
    return label.empty() ? "workers" : label;
}

}  // namespace spillway
