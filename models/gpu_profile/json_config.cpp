#include "models/gpu_profile/json_config.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

ConfigNode convert(const Json& json, const std::string& where) {
    if (json.is_boolean())
        return ConfigNode::flag(where, json.get<bool>());
    if (json.is_number_integer())
        return ConfigNode::integer(where, json.get<std::int64_t>());
    if (json.is_number())
        return ConfigNode::number(where, json.get<double>());
    if (json.is_string())
        return ConfigNode::text(where, json.get<std::string>());
    if (json.is_array()) {
        std::vector<ConfigNode> items;
        for (std::size_t i = 0; i < json.size(); ++i)
            items.push_back(convert(json[i], fmt::format("{}[{}]", where, i)));
        return ConfigNode::list(where, std::move(items));
    }
    if (json.is_object()) {
        std::vector<ConfigNode::Member> members;
        for (const auto& [name, value] : json.items())
            members.emplace_back(name, convert(value, member_place(where, name)));
        return ConfigNode::object(where, std::move(members));
    }
    return ConfigNode(where);
}

}  // namespace

ConfigNode parse_json_config(std::string_view text, const std::string& where) {
    const auto refuse_deep = [&](int depth, Json::parse_event_t, Json&) {
        constexpr int kDeepest = 100;
        if (depth > kDeepest)
            throw InputError(where, "is nested over 100 deep");
        return true;
    };
    try {
        return convert(Json::parse(text, refuse_deep), where);
    } catch (const Json::parse_error& error) {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
        throw InputError(fmt::format("{}:{}", where, 1 + std::count(text.begin(), end, '\n')), "is not JSON",
                         "NaN and infinity are none either");
    } catch (const Json::out_of_range&) {
        throw InputError(where, "has a number that is too large to read");
    }
}

const ConfigNode& member_of(const ConfigNode& object, std::string_view name) {
    if (const ConfigNode* member = object.find(name))
        return *member;
    throw InputError(object.where(), fmt::format("lacks \"{}\"", name));
}

double number_within(const ConfigNode& value, double least, double most) {
    const double number = value.as_number();
    if (number < least)
        throw InputError(value.where(), fmt::format("{} is below the least possible, {}", number, least));
    if (number > most)
        throw InputError(value.where(), fmt::format("{} is above the most possible, {}", number, most));
    return number;
}

std::int64_t count_of(const ConfigNode& value) {
    const std::int64_t count = value.as_integer();
    if (count < 0)
        throw InputError(value.where(), fmt::format("{} is not a count", count));
    return count;
}

void allow_only(const ConfigNode& object, const std::vector<std::string_view>& names) {
    for (const auto& [name, value] : object.members()) {
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw unknown_name(object.where(), "member", name, names);
    }
}

Precision read_precision(const ConfigNode& value) {
    if (const auto precision = parse_precision(value.as_text()))
        return *precision;
    throw unknown_name(value.where(), "precision", value.as_text(), precision_names());
}

DataSheet read_data_sheet(const ConfigNode& object) {
    DataSheet sheet;
    std::vector<std::string_view> names{"flops", "source"};
    for (const NumberField<DataSheet>& field : kSheetFields) {
        names.push_back(field.name);
        sheet.*field.member = number_within(member_of(object, field.name), field.least, field.most);
    }
    allow_only(object, names);
    for (const auto& [name, value] : member_of(object, "flops").members()) {
        const auto precision = parse_precision(name);
        if (!precision)
            throw unknown_name(value.where(), "precision", name, precision_names());
        sheet.flops[static_cast<std::size_t>(*precision)] = number_within(value, 1, 1e18);
    }
    if (sheet.flops_of(Precision::kBf16) <= 0 && sheet.flops_of(Precision::kFp32) <= 0)
        throw InputError(object.where(), "has a peak neither for bf16 nor for fp32");
    sheet.source = member_of(object, "source").as_text();
    return sheet;
}

}  // namespace spillway
