#include "app/learn/result_json.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 100;  // convert calls itself for each

/// Long, and of no use.
const std::set<std::string, std::less<>>& left_out() {
    static const std::set<std::string, std::less<>> kLeftOut{
        "generated_texts", "prompt",  "output",       "response_outputs",
        "request_inputs",  "prompts", "request_args", "window_boundaries"};
    return kLeftOut;
}

ConfigNode convert(const Json& json, const std::string& where, std::string_view name);

double number_in(const Json& value, const std::string& where) {
    if (!value.is_number())
        throw InputError(where, "is not a number");
    return value.get<double>();
}

/// [[0.01, 0.02], []] as [0.03, 0]; null, of a request that failed, as 0.
ConfigNode sums_of(const Json& lists, const std::string& where) {
    std::vector<ConfigNode> sums;
    for (const Json& list : lists) {
        const std::string place = fmt::format("{}[{}]", where, sums.size());
        if (!list.is_array() && !list.is_null())
            throw InputError(place, "is no list", "\"itls\" has a list of gaps for each request");
        double sum = 0;
        for (const Json& value : list) {
            const double gap = number_in(value, place);
            if (gap < 0)
                throw InputError(place, "has a negative gap between tokens");
            sum += gap;
        }
        sums.push_back(ConfigNode::number(place, sum));
    }
    return ConfigNode::list(where, std::move(sums));
}

ConfigNode ends_of(const Json& list, const std::string& where) {
    std::vector<ConfigNode> ends;
    if (!list.empty()) {
        for (const Json* end : {&list.front(), &list.back()})
            ends.push_back(ConfigNode::number(where, number_in(*end, where)));
        ends.push_back(ConfigNode::number(where, static_cast<double>(list.size())));
    }
    return ConfigNode::list(where, std::move(ends));
}

ConfigNode convert_list(const Json& json, const std::string& where, std::string_view name) {
    if (name == "itls")
        return sums_of(json, where);
    if (name == "response_timestamps")
        return ends_of(json, where);
    std::vector<ConfigNode> items;
    items.reserve(json.size());
    for (const Json& item : json)
        items.push_back(convert(item, fmt::format("{}[{}]", where, items.size()), ""));
    return ConfigNode::list(where, std::move(items));
}

ConfigNode convert(const Json& json, const std::string& where, std::string_view name) {
    if (json.is_boolean())
        return ConfigNode::flag(where, json.get<bool>());
    if (json.is_number())
        return ConfigNode::number(where, json.get<double>());
    if (json.is_string())
        return ConfigNode::text(where, json.get<std::string>());
    if (json.is_array())
        return convert_list(json, where, name);
    if (!json.is_object())
        return ConfigNode(where);
    std::vector<ConfigNode::Member> members;
    for (const auto& [key, value] : json.items()) {
        if (!left_out().contains(key))
            members.emplace_back(key, convert(value, member_place(where, key), key));
    }
    return ConfigNode::object(where, std::move(members));
}

constexpr std::array<std::pair<std::string_view, double>, 8> kTimeUnits{{{"ms", 1e-3},
                                                                         {"milliseconds", 1e-3},
                                                                         {"s", 1},
                                                                         {"sec", 1},
                                                                         {"seconds", 1},
                                                                         {"us", 1e-6},
                                                                         {"ns", 1e-9},
                                                                         {"nanoseconds", 1e-9}}};

bool is_there(const ConfigNode* node) { return node != nullptr && node->kind() != ConfigNode::Kind::kNull; }

}  // namespace

ConfigNode parse_result_json(std::string_view text, const std::string& where) {
    const auto not_too_deep = [&where](int depth, Json::parse_event_t /*event*/, const Json& /*value*/) {
        if (depth > kDeepest) {
            throw InputError(where, fmt::format("has lists in lists, more than {} deep", kDeepest),
                             "results of the tools that are known go a dozen deep");
        }
        return true;
    };
    try {
        return convert(Json::parse(text, not_too_deep), where, "");
    } catch (const Json::parse_error& error) {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
        throw InputError(fmt::format("{}:{}", where, 1 + std::count(text.begin(), end, '\n')),
                         error.byte >= text.size() ? "is not JSON: it ends too early" : "is not JSON",
                         "NaN and infinity are none either: a tool writes them for what it did not measure");
    } catch (const Json::out_of_range&) {
        throw InputError(where, "has a number that is too large to read");
    }
}

const ConfigNode* find_path(const ConfigNode& from, std::initializer_list<std::string_view> path) {
    const ConfigNode* node = &from;
    for (const std::string_view name : path) {
        if (node->kind() != ConfigNode::Kind::kObject)
            return nullptr;
        node = node->find(name);
        if (!is_there(node))
            return nullptr;
    }
    return node;
}

std::optional<double> find_amount(const ConfigNode& object, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const ConfigNode* node = find_path(object, {name});
        if (node == nullptr)
            continue;
        const double amount = node->as_number();
        if (amount < 0)
            throw InputError(node->where(), fmt::format("{} is negative", amount));
        return amount;
    }
    return std::nullopt;
}

double need_amount(const ConfigNode& object, std::initializer_list<std::string_view> names,
                   const std::string& hint) {
    if (const auto amount = find_amount(object, names))
        return *amount;
    throw InputError(object.where(), fmt::format("lacks \"{}\"", *names.begin()), hint);
}

std::string find_words(const ConfigNode& object, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const ConfigNode* node = find_path(object, {name});
        if (node != nullptr && node->kind() == ConfigNode::Kind::kText)
            return node->as_text();
    }
    return {};
}

std::optional<double> find_seconds(const ConfigNode& object, std::string_view name) {
    const ConfigNode* figure = find_path(object, {name});
    if (figure == nullptr)
        return std::nullopt;
    const auto amount = find_amount(*figure, {"avg", "value"});
    if (!amount)
        return std::nullopt;
    const std::string unit = find_words(*figure, {"unit"});
    if (unit.empty())
        return *amount * 1e-3;
    for (const auto& [word, seconds] : kTimeUnits) {
        if (word == unit)
            return *amount * seconds;
    }
    throw InputError(figure->where(), fmt::format("\"{}\" is no unit of time", unit), "ms, s, us or ns");
}

}  // namespace spillway
