#include "app/study/node_path.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "app/scenario/overlay_node.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kPathForm = R"(write "pools[chat].policy.idle_timeout" or "pools[0].workers.min")";

struct PathStep {
    std::string_view name;
    bool in_list = false;  // [name] or [0]: one of a list
};

[[noreturn]] void refuse_path(std::string_view path, const std::string& where, const std::string& problem) {
    throw InputError(where, fmt::format("\"{}\": {}", path, problem), std::string(kPathForm));
}

std::vector<PathStep> steps_of(std::string_view path, const std::string& where) {
    std::vector<PathStep> steps;
    std::string_view rest = path;
    while (!rest.empty()) {
        const bool in_list = rest.front() == '[';
        if (in_list) {
            const std::size_t close = rest.find(']');
            if (close == std::string_view::npos)
                refuse_path(path, where, "\"[\" is never closed");
            steps.push_back({rest.substr(1, close - 1), true});
            rest.remove_prefix(close + 1);
        } else {
            const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
            steps.push_back({rest.substr(0, end), false});
            rest.remove_prefix(end);
        }
        if (steps.back().name.empty())
            refuse_path(path, where, "a name is empty");
        if (!rest.empty() && rest.front() == '.') {
            rest.remove_prefix(1);
            if (rest.empty())
                refuse_path(path, where, "ends with a dot");
        }
    }
    if (steps.empty() || steps.front().in_list)
        refuse_path(path, where, "begins with no member");
    return steps;
}

std::optional<std::size_t> number_of(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::string_view name_in_list(const ConfigNode& item) {
    if (item.kind() != ConfigNode::Kind::kObject)
        return {};
    const ConfigNode* name = item.find("name");
    return name != nullptr && name->kind() == ConfigNode::Kind::kText ? std::string_view(name->as_text())
                                                                      : std::string_view{};
}

/// The number of the item that `step` names. Throws InputError when there is none.
std::size_t item_of(const ConfigNode& list, std::string_view step, const std::string& where) {
    if (list.kind() != ConfigNode::Kind::kList)
        throw InputError(where, fmt::format("{} is no list that [{}] could be in", list.where(), step));
    const auto items = list.items();
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < items.size(); ++i) {
        names.push_back(name_in_list(items[i]));
        if (names.back() == step)
            return i;
    }
    if (const auto number = number_of(step)) {
        if (*number < items.size())
            return *number;
        throw InputError(where, fmt::format("[{}]: {} has {} entries", step, list.where(), items.size()),
                         "they are counted from 0");
    }
    std::erase(names, std::string_view{});
    throw unknown_name(where, "entry of " + list.where(), step, names);
}

void check_object(const ConfigNode& node, std::string_view step, const std::string& where) {
    if (node.kind() != ConfigNode::Kind::kObject)
        throw InputError(where, fmt::format("{} is no object that \"{}\" could be in", node.where(), step));
}

ConfigNode with_item(const ConfigNode& list, std::size_t number, ConfigNode item) {
    std::vector<ConfigNode> items(list.items().begin(), list.items().end());
    items[number] = std::move(item);
    return ConfigNode::list(list.where(), std::move(items));
}

ConfigNode put(const ConfigNode& node, std::span<const PathStep> steps, const ConfigNode& value,
               const std::string& where) {
    const PathStep& step = steps.front();
    const std::span<const PathStep> rest = steps.subspan(1);
    if (step.in_list) {
        const std::size_t number = item_of(node, step.name, where);
        return with_item(node, number, rest.empty() ? value : put(node.items()[number], rest, value, where));
    }
    check_object(node, step.name, where);
    const std::string name(step.name);
    if (rest.empty() && value.kind() == ConfigNode::Kind::kNull)
        return without_member(node, name);
    if (rest.empty())
        return with_member(node, {name, value});
    const ConfigNode* member = node.find(name);
    if (member == nullptr && rest.front().in_list)
        throw InputError(where, fmt::format("{} has no list \"{}\"", node.where(), name));
    const ConfigNode made = ConfigNode::object(member_place(node.where(), name), {});
    return with_member(node, {name, put(member != nullptr ? *member : made, rest, value, where)});
}

}  // namespace

const ConfigNode* find_at(const ConfigNode& root, std::string_view path, const std::string& where) {
    const ConfigNode* node = &root;
    for (const PathStep& step : steps_of(path, where)) {
        if (step.in_list) {
            node = &node->items()[item_of(*node, step.name, where)];
            continue;
        }
        check_object(*node, step.name, where);
        node = node->find(step.name);
        if (node == nullptr)
            return nullptr;
    }
    return node;
}

ConfigNode with_value_at(const ConfigNode& root, std::string_view path, const ConfigNode& value,
                         const std::string& where) {
    return put(root, steps_of(path, where), value, where);
}

}  // namespace spillway
