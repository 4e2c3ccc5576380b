#include "app/deploy/deploy_reading.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

std::string path_in_pool(std::string_view at) {
    std::string path(at);
    std::replace(path.begin(), path.end(), '.', '>');
    return path;
}

std::string on_one_line(std::string text) {
    constexpr std::size_t kLongest = 60;
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text.size() > kLongest ? text.substr(0, kLongest) + "..." : text;
}

/// "=16 --port 8000" is 16: after one mark that ends the option's name.
std::optional<std::int64_t> leading_count(std::string_view text) {
    if (text.empty() || (text.front() != ' ' && text.front() != '='))
        return std::nullopt;
    text.remove_prefix(1);
    return parse_integer(text.substr(0, text.find_first_not_of("0123456789")));
}

}  // namespace

const ConfigNode* DeployReading::peek(std::string_view path) const { return find_in_tree(tree_, path); }

const ConfigNode* DeployReading::take(std::string_view path) {
    const ConfigNode* node = find_in_tree(tree_, path);
    if (node == nullptr)
        return nullptr;
    for (const ConfigNode* leaf : leaves_of(*node)) used_.insert(leaf);
    return node->kind() == Kind::kNull ? nullptr : node;
}

std::string DeployReading::take_text(std::string_view path) {
    const ConfigNode* node = take(path);
    return node != nullptr ? plain_text(require_value(*node)) : "";
}

void DeployReading::pass_over(std::string_view path, std::string_view why) {
    const ConfigNode* node = take(path);
    if (node != nullptr)
        passed_over_.push_back(
            fmt::format("{}: {} ({})", node->where(), on_one_line(plain_text(*node)), why));
}

void DeployReading::set(std::string_view at, const ConfigNode& value) {
    pool_ = with_in_tree(pool_, path_in_pool(at), value);
}

void DeployReading::set_text(std::string_view at, std::string_view text) {
    set(at, ConfigNode::text("", std::string(text)));
}

bool DeployReading::has(std::string_view at) const {
    return find_in_tree(pool_, path_in_pool(at)) != nullptr;
}

bool DeployReading::take_knob(std::string_view prefix, const KnobRow& row) {
    const std::string path = fmt::format("{}{}", prefix, row.key);
    const ConfigNode* node = take(path);
    if (node == nullptr)
        return false;
    set(row.at, from_platform(row, *node));
    return true;
}

void DeployReading::take_knobs(std::string_view prefix, std::span<const KnobRow> rows) {
    for (const KnobRow& row : rows) take_knob(prefix, row);
}

void DeployReading::take_gpu(std::string_view path, GpuNaming naming) {
    const ConfigNode* node = take(path);
    if (node == nullptr)
        return;
    const std::string text = plain_text(require_value(*node));
    const std::size_t colon = text.find(':');
    if (colon != std::string::npos) {
        const auto count = parse_integer(std::string_view(text).substr(colon + 1));
        if (!count || *count < 1 || *count > 1024)
            throw InputError(node->where(), fmt::format("is \"{}\", not a GPU and how many", text),
                             "as in \"H100:2\"");
        set("gpus.per_worker", ConfigNode::integer("", *count));
    }
    std::string name = text.substr(0, colon);
    if (naming == GpuNaming::kModal && name.ends_with('!'))  // H100!: never a newer one in its place
        name.pop_back();
    if (const auto gpu = gpu_named(naming, name)) {
        set_text("gpu", *gpu);
    } else {
        passed_over_.push_back(fmt::format("{}: {} (no GPU of that name is known)", node->where(), text));
    }
}

std::optional<std::int64_t> DeployReading::take_option(std::string_view path, std::string_view option) {
    const ConfigNode* root = find_in_tree(tree_, path);
    if (root == nullptr)
        return std::nullopt;
    const std::vector<const ConfigNode*> leaves = leaves_of(*root);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const std::string text = plain_text(*leaves[i]);
        const std::size_t at = text.find(option);
        if (at == std::string::npos)
            continue;
        const bool alone = at + option.size() == text.size();
        const std::string after = alone && i + 1 < leaves.size() ? " " + plain_text(*leaves[i + 1])
                                                                 : text.substr(at + option.size());
        const auto number = leading_count(after);
        if (!number)
            continue;
        // A whole command line says more than this.
        if (alone || at == 0)
            used_.insert(leaves[i]);
        if (alone)
            used_.insert(leaves[i + 1]);
        return number;
    }
    return std::nullopt;
}

std::vector<std::string> DeployReading::unused() const {
    std::vector<std::string> list = passed_over_;
    for (const ConfigNode* leaf : leaves_of(tree_)) {
        if (!used_.contains(leaf))
            list.push_back(fmt::format("{}: {}", leaf->where(), on_one_line(plain_text(*leaf))));
    }
    return list;
}

}  // namespace spillway
