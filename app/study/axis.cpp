#include "app/study/axis.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/study/study_params.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::size_t kMostValues = 1'000'000;

/// "idle_timeout" of "pools[chat].policy.idle_timeout".
std::string last_name(const std::string& path) {
    const std::size_t dot = path.find_last_of('.');
    return dot == std::string::npos ? path : path.substr(dot + 1);
}

}  // namespace

Axis Axis::read(const ConfigNode& node) {
    ParamReader reader(node, study_tables::kAxis);
    Axis axis;
    axis.where_ = node.where();
    const auto name = reader.optional_text("name");
    axis.at_ = reader.optional_text("at").value_or("");
    axis.at_where_ = reader.where("at");
    axis.name_ = name.value_or(last_name(axis.at_));
    const ConfigNode* variants = reader.node("variants");
    const ConfigNode* values = reader.node("values");
    axis.read_range(reader);
    if ((variants == nullptr) == axis.at_.empty())
        throw InputError(
            axis.where_,
            variants != nullptr ? R"(has both "at" and "variants")" : R"(has neither "at" nor "variants")",
            "an axis is one field with its values, or named changes of several fields");
    if (axis.name_.empty())
        throw InputError(axis.where_, "\"name\" is missing", "results call the variants by it");
    if ((variants != nullptr) + (values != nullptr) + axis.range_.has_value() > 1)
        throw InputError(axis.where_, "says its values in two ways",
                         R"("values", "from" and "to", or "variants")");
    if (variants != nullptr)
        axis.read_variants(*variants);
    if (values != nullptr) {
        for (const ConfigNode& value : values->items()) axis.values_.push_back(axis.field_value(value));
    }
    axis.add_grid(reader);
    reader.finish();
    return axis;
}

void Axis::read_variants(const ConfigNode& list) {
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, study_tables::kVariant);
        AxisValue& value = values_.emplace_back();
        value.label = reader.text("name");
        value.where = item.where();
        for (const auto& [path, changed] : reader.node("set")->members())
            value.changes.push_back({path, changed, reader.where("set")});
        reader.finish();
        const auto same = std::count_if(values_.begin(), values_.end(),
                                        [&](const AxisValue& one) { return one.label == value.label; });
        if (same > 1)
            throw InputError(reader.where("name"), "two variants have this name");
    }
}

void Axis::read_range(ParamReader& reader) {
    const ConfigNode* from = reader.node("from");
    const ConfigNode* to = reader.node("to");
    const bool logarithmic = reader.choice("spacing") == 1;
    if (from == nullptr && to == nullptr)
        return;
    if (from == nullptr || to == nullptr)
        throw InputError(reader.where(), from == nullptr ? "\"from\" is missing" : "\"to\" is missing",
                         "a range has both");
    range_ = Range{read_quantity(*from), read_quantity(*to), logarithmic};
    if (const auto converted = in_unit(range_->to, range_->from.unit)) {
        range_->to = *converted;
    } else {
        throw InputError(to->where(), fmt::format("is in another unit than \"from\": \"{}\" and \"{}\"",
                                                  range_->to.unit, range_->from.unit));
    }
    if (!(range_->from.number < range_->to.number))
        throw InputError(to->where(), "is not above \"from\"");
    if (logarithmic && !(range_->from.number > 0))
        throw InputError(from->where(), "must be above 0 where \"spacing\" is \"log\"");
}

void Axis::add_grid(ParamReader& reader) {
    const ConfigNode* step = reader.node("step");
    const auto count = reader.optional_integer("count");
    if (!step && !count)
        return;
    if (!range_)
        throw InputError(reader.where(step ? "step" : "count"), "needs \"from\" and \"to\"");
    if (step && count)
        throw InputError(reader.where("step"), "is given beside \"count\"", "one of the two");
    const double width = range_->to.number - range_->from.number;
    if (step) {
        const Quantity by = in_unit(read_quantity(*step), range_->from.unit).value_or(Quantity{});
        if (!(by.number > 0) || range_->logarithmic)
            throw InputError(step->where(),
                             "must be above 0 and in the unit of \"from\", with linear spacing");
        range_->from.whole = range_->from.whole && by.whole;
        const double steps = std::floor(width / by.number * (1 + 1e-12));
        if (steps >= static_cast<double>(kMostValues))
            throw InputError(step->where(), fmt::format("makes more than {} values", kMostValues));
        for (double i = 0; i <= steps; ++i)
            values_.push_back(range_value(range_->from.number + i * by.number));
        return;
    }
    const bool whole = range_->from.whole && range_->to.whole;
    if (whole && static_cast<double>(*count) > width + 1)
        throw InputError(
            reader.where("count"),
            fmt::format("is {}, and there are {} whole numbers from first to last", *count, width + 1),
            "write 1.0 for a range that is not of whole numbers");
    if (*count < 2 || static_cast<std::size_t>(*count) > kMostValues)
        throw InputError(reader.where("count"), fmt::format("must be from 2 to {}", kMostValues));
    for (std::int64_t i = 0; i < *count; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(*count - 1);
        values_.push_back(
            range_value(range_->logarithmic
                            ? range_->from.number * std::pow(range_->to.number / range_->from.number, share)
                            : range_->from.number + share * width));
    }
    values_.erase(std::unique(values_.begin(), values_.end(),
                              [](const AxisValue& a, const AxisValue& b) { return a.label == b.label; }),
                  values_.end());
}

AxisValue Axis::field_value(const ConfigNode& value) const {
    return {value_label(value), {{at_, value, at_where_}}, value.where()};
}

AxisValue Axis::range_value(double number) const {
    Quantity quantity = range_->from;
    quantity.whole = range_->from.whole && range_->to.whole;
    // Nine digits: a step of 0.1 gives 0.3, not 0.30000000000000004.
    quantity.number = quantity.whole ? std::round(number) : std::stod(fmt::format("{:.9g}", number));
    return field_value(quantity_node(quantity, where_));
}

AxisValue Axis::at(double unit) const {
    if (!range_ || !values_.empty()) {
        const auto number = static_cast<std::size_t>(unit * static_cast<double>(values_.size()));
        return values_[std::min(number, values_.size() - 1)];
    }
    const double from = range_->from.number;
    const double to = range_->to.number;
    if (range_->from.whole && range_->to.whole && !range_->logarithmic)
        return range_value(std::min(to, from + std::floor(unit * (to - from + 1))));
    return range_value(range_->logarithmic ? from * std::pow(to / from, unit) : from + unit * (to - from));
}

AxisValue Axis::given(const ConfigNode& value) const {
    if (!at_.empty())
        return field_value(value);
    const auto found = std::find_if(values_.begin(), values_.end(),
                                    [&](const AxisValue& one) { return one.label == value.as_text(); });
    if (found != values_.end())
        return *found;
    std::vector<std::string_view> names;
    for (const AxisValue& one : values_) names.push_back(one.label);
    throw unknown_name(value.where(), "variant of " + name_, value.as_text(), names);
}

}  // namespace spillway
