#include "app/study/quantity.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "app/io/json_text.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr double kExactIntegers = 9e15;  // a double counts by ones up to there

}  // namespace

Quantity read_quantity(const ConfigNode& node) {
    if (node.kind() == Kind::kInteger)
        return {static_cast<double>(node.as_integer()), {}, true};
    if (node.kind() == Kind::kNumber)
        return {node.as_number(), {}, false};
    const std::string& text = node.as_text();
    Quantity result;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.number);
    const std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
    result.unit = text.substr(digits.size());
    if (error != std::errc{} || !std::isfinite(result.number) || !magnitude(text))
        throw InputError(node.where(), fmt::format("\"{}\" is no number with a unit", text),
                         R"(write 2, "30s", "0.5/s", "16GiB" or "5%")");
    result.whole = result.unit.empty() && digits.find_first_of(".eE") == std::string_view::npos;
    // "1m30s" has no single unit.
    if (result.unit.find_first_of("0123456789") != std::string::npos)
        return {to_seconds(*parse_duration(text)), "s", false};
    return result;
}

std::optional<Quantity> in_unit(const Quantity& quantity, const std::string& unit) {
    if (quantity.unit == unit)
        return quantity;
    const auto factor = [&](auto parse) -> std::optional<double> {
        const auto from = parse("1" + quantity.unit);
        const auto to = parse("1" + unit);
        if (!from || !to)
            return std::nullopt;
        return *from / *to;
    };
    std::optional<double> times = factor([](const std::string& text) -> std::optional<double> {
        const auto duration = parse_duration(text);
        return duration ? std::optional(to_seconds(*duration)) : std::nullopt;
    });
    if (!times)
        times = factor([](const std::string& text) { return parse_byte_rate(text); });
    if (!times)
        times = factor([](const std::string& text) { return parse_rate(text); });
    if (!times)
        times = factor([](const std::string& text) -> std::optional<double> {
            const auto bytes = parse_bytes(text);
            return bytes ? std::optional(static_cast<double>(*bytes)) : std::nullopt;
        });
    if (!times)
        return std::nullopt;
    const double number = quantity.number * *times;
    return Quantity{number, unit, false};
}

ConfigNode quantity_node(const Quantity& quantity, const std::string& where) {
    const bool whole = quantity.whole && std::abs(quantity.number) < kExactIntegers;
    if (!quantity.unit.empty())
        return ConfigNode::text(where, fmt::format("{}{}", quantity.number, quantity.unit));
    if (whole)
        return ConfigNode::integer(where, std::llround(quantity.number));
    return ConfigNode::number(where, quantity.number);
}

std::string value_label(const ConfigNode& node) {
    return node.kind() == Kind::kText ? node.as_text() : json_text(node);
}

std::optional<double> magnitude(std::string_view text) {
    if (const auto duration = parse_duration(text))
        return to_seconds(*duration);
    if (const auto bytes = parse_bytes(text))
        return static_cast<double>(*bytes);
    if (const auto rate = parse_byte_rate(text))
        return rate;
    if (const auto rate = parse_rate(text))
        return rate;
    return parse_ratio(text);
}

}  // namespace spillway
