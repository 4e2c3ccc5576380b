#include "app/sensitivity/field_range.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::string_view kFieldForm = R"(write PATH=LOW..HIGH: "pools[chat].policy.idle_timeout=30s..2m")";

Quantity quantity_of(const std::string& text, const std::string& where) {
    if (const auto whole = parse_integer(text))
        return read_quantity(ConfigNode::integer(where, *whole));
    if (const auto number = parse_number(text))
        return read_quantity(ConfigNode::number(where, *number));
    return read_quantity(ConfigNode::text(where, text));
}

}  // namespace

FieldRange::FieldRange(std::string path, const Quantity& low, const Quantity& high, std::string where)
    : path_(std::move(path)), low_(low), where_(std::move(where)) {
    const std::optional<Quantity> same = in_unit(high, low.unit);
    if (!same)
        throw InputError(where_, fmt::format("{}: \"{}\" and \"{}\" measure different things", path_,
                                             low.unit, high.unit));
    high_ = *same;
    if (!(low_.number < high_.number))
        throw InputError(where_, path_ + ": the range has no width", std::string(kFieldForm));
}

FieldRange FieldRange::parse(const std::string& text, const std::string& where) {
    const std::size_t equals = text.find('=');
    const std::size_t dots = equals == std::string::npos ? equals : text.find("..", equals);
    if (dots == std::string::npos)
        throw InputError(where, fmt::format("\"{}\" is no range of a field", text), std::string(kFieldForm));
    return {text.substr(0, equals), quantity_of(text.substr(equals + 1, dots - equals - 1), where),
            quantity_of(text.substr(dots + 2), where), where};
}

double FieldRange::number(double unit) const {
    const double exact = low_.number + (high_.number - low_.number) * unit;
    return low_.whole && high_.whole ? std::round(exact) : exact;
}

FieldChange FieldRange::at(double unit) const {
    Quantity value = low_;
    value.number = number(unit);
    value.whole = low_.whole && high_.whole;
    return {path_, quantity_node(value, where_), where_};
}

double FieldRange::place(double unit) const {
    return (number(unit) - low_.number) / (high_.number - low_.number);
}

std::string FieldRange::label(double unit) const { return value_label(at(unit).value); }

}  // namespace spillway
