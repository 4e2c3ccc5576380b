#include "app/deploy/knob.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr double kMostExactInteger = 9e15;
constexpr double kMebibyte = 1024.0 * 1024;

/// A product of decimals, without the noise of their binary form.
double decimal(double value) { return parse_number(fmt::format("{:.12g}", value)).value_or(value); }

ConfigNode number_or_integer(const std::string& where, double value) {
    if (value == std::floor(value) && std::abs(value) < kMostExactInteger)
        return ConfigNode::integer(where, static_cast<std::int64_t>(value));
    return ConfigNode::number(where, value);
}

/// A share may be written "5%".
double ratio_or_number(const ConfigNode& value) {
    return value.kind() == Kind::kText ? value.as_ratio() : value.as_number();
}

double pool_number(const KnobRow& row, const ConfigNode& value) {
    switch (row.unit) {
        case KnobUnit::kSeconds:
        case KnobUnit::kMilliseconds:
        case KnobUnit::kDurationText: {
            const double seconds = std::chrono::duration<double>(value.as_duration()).count();
            return row.unit == KnobUnit::kMilliseconds ? decimal(seconds * 1000) : seconds;
        }
        case KnobUnit::kPercent:
        case KnobUnit::kPercentText:
            return decimal(100 * ratio_or_number(value));
        case KnobUnit::kRate:
            return value.as_rate();
        case KnobUnit::kMebibytes:
        case KnobUnit::kBytesText:
            return static_cast<double>(value.as_bytes()) / kMebibyte;
        case KnobUnit::kCount:
        case KnobUnit::kCountText:
        case KnobUnit::kNumber:
        case KnobUnit::kNumberText:
        case KnobUnit::kQuantity:
        case KnobUnit::kSame:
            break;
    }
    return ratio_or_number(value);
}

/// The nearest that the unit can say, and what it can say.
struct Expressible {
    double value;
    std::string_view grid;
};
Expressible expressible(KnobUnit unit, double value) {
    constexpr double kThousandths = 1000;
    switch (unit) {
        case KnobUnit::kCount:
        case KnobUnit::kCountText:
            return {std::ceil(value), "whole numbers"};
        case KnobUnit::kSeconds:
            return {std::ceil(value), "whole seconds"};
        case KnobUnit::kMilliseconds:
            return {std::ceil(value), "whole milliseconds"};
        case KnobUnit::kMebibytes:
        case KnobUnit::kBytesText:
            return {std::ceil(value), "whole mebibytes"};
        case KnobUnit::kPercent:
            return {std::max(std::floor(value), 1.0), "whole percents"};
        case KnobUnit::kQuantity:
            return {decimal(std::ceil(decimal(value * kThousandths)) / kThousandths), "thousandths"};
        case KnobUnit::kDurationText:
        case KnobUnit::kPercentText:
        case KnobUnit::kNumber:
        case KnobUnit::kNumberText:
        case KnobUnit::kRate:
        case KnobUnit::kSame:
            break;
    }
    return {value, ""};
}

std::string quantity_text(double value) {
    return value == std::floor(value) ? fmt::format("{:.0f}", value)
                                      : fmt::format("{}m", std::llround(value * 1000));
}

std::string mebibytes_text(double value) {
    constexpr double kGibibyte = 1024;
    return std::fmod(value, kGibibyte) == 0 ? short_digits(value / kGibibyte) + "Gi"
                                            : short_digits(value) + "Mi";
}

ConfigNode written(KnobUnit unit, double value) {
    switch (unit) {
        case KnobUnit::kCountText:
        case KnobUnit::kPercentText:
        case KnobUnit::kNumberText:
            return ConfigNode::text("", short_digits(value));
        case KnobUnit::kDurationText:
            return ConfigNode::text("", short_digits(value) + "s");
        case KnobUnit::kQuantity:
            return ConfigNode::text("", quantity_text(value));
        case KnobUnit::kBytesText:
            return ConfigNode::text("", mebibytes_text(value));
        case KnobUnit::kMebibytes:
        case KnobUnit::kCount:
        case KnobUnit::kSeconds:
        case KnobUnit::kMilliseconds:
        case KnobUnit::kPercent:
        case KnobUnit::kNumber:
        case KnobUnit::kRate:
        case KnobUnit::kSame:
            break;
    }
    return number_or_integer("", value);
}

std::optional<double> parse_quantity(std::string_view text) {
    struct Suffix {
        std::string_view name;
        double factor;
    };
    constexpr std::array kSuffixes{Suffix{"Ki", 1024}, Suffix{"Mi", 1048576}, Suffix{"Gi", 1073741824},
                                   Suffix{"m", 0.001}, Suffix{"k", 1e3},      Suffix{"M", 1e6},
                                   Suffix{"G", 1e9}};
    for (const Suffix& suffix : kSuffixes) {
        if (!text.ends_with(suffix.name))
            continue;
        text.remove_suffix(suffix.name.size());
        const auto number = parse_number(text);
        return number ? std::optional(decimal(*number * suffix.factor)) : std::nullopt;
    }
    return parse_number(text);
}

InputError wrong_value(const ConfigNode& node, std::string_view expected) {
    return {node.where(), fmt::format("is {}, not {}", plain_text(node), expected)};
}

/// A number, or a text that holds one: YAML and annotations have either.
double file_number(const ConfigNode& node, std::string_view expected) {
    std::optional<double> value;
    if (node.kind() == Kind::kText)
        value = parse_number(node.as_text());
    else if (node.kind() == Kind::kInteger || node.kind() == Kind::kNumber)
        value = node.as_number();
    if (!value || *value < 0)
        throw wrong_value(node, expected);
    return *value;
}

ConfigNode duration_node(const ConfigNode& node, double seconds) {
    constexpr double kLongest = 1e8;  // three years
    if (seconds > kLongest)
        throw wrong_value(node, "a time that anybody waits");
    const auto nanoseconds = Duration(std::llround(seconds * 1e9));
    return ConfigNode::text(node.where(), format_duration(nanoseconds));
}

ConfigNode file_duration(const ConfigNode& node) {
    if (node.kind() == Kind::kText) {
        if (const auto duration = parse_duration(node.as_text()); duration && *duration >= Duration{0})
            return duration_node(node, std::chrono::duration<double>(*duration).count());
    }
    if (node.kind() == Kind::kInteger && node.as_integer() == 0)
        return ConfigNode::text(node.where(), "0s");
    throw wrong_value(node, "a time such as \"90s\"");
}

ConfigNode file_count(const ConfigNode& node) {
    constexpr double kMostKnobCount = 1e9;
    const double value = file_number(node, "a whole number");
    if (value != std::floor(value) || value > kMostKnobCount)
        throw wrong_value(node, "a whole number");
    return ConfigNode::integer(node.where(), static_cast<std::int64_t>(value));
}

ConfigNode bytes_node(const ConfigNode& node, double mebibytes) {
    constexpr double kMostMebibytes = 1e9;
    if (!(mebibytes > 0) || mebibytes > kMostMebibytes || mebibytes != std::floor(mebibytes))
        throw wrong_value(node, "a size of whole mebibytes");
    const std::string text = mebibytes_text(mebibytes);
    return ConfigNode::text(node.where(), text + "B");
}

ConfigNode file_bytes(const ConfigNode& node) {
    const auto bytes = parse_quantity(plain_text(node));
    if (!bytes)
        throw wrong_value(node, "a size such as \"16Gi\"");
    return bytes_node(node, *bytes / kMebibyte);
}

ConfigNode file_quantity(const ConfigNode& node) {
    if (node.kind() != Kind::kText)
        return number_or_integer(node.where(), file_number(node, "a quantity such as \"2800m\""));
    const auto value = parse_quantity(node.as_text());
    if (!value || *value < 0)
        throw wrong_value(node, "a quantity such as \"2800m\"");
    return number_or_integer(node.where(), *value);
}

}  // namespace

std::string short_digits(double value) {
    if (value == std::floor(value) && std::abs(value) < kMostExactInteger)
        return fmt::format("{}", static_cast<std::int64_t>(value));
    return fmt::format("{}", value);
}

KnobValue to_platform(const KnobRow& row, const ConfigNode& pool_value) {
    if (row.unit == KnobUnit::kSame)
        return {pool_value, {}};
    const double exact = pool_number(row, pool_value);
    const auto [nearest, grid] = expressible(row.unit, exact);
    const double value = std::clamp(nearest, row.least, row.most);
    KnobValue result{written(row.unit, value), {}};
    if (value != exact) {
        const std::string why =
            value != nearest
                ? fmt::format("documented: {} to {}", short_digits(row.least), short_digits(row.most))
                : std::string(grid) + " alone";
        result.rounded = fmt::format("{} {} is written as {} ({})", row.at, plain_text(pool_value),
                                     plain_text(result.value), why);
    }
    return result;
}

ConfigNode from_platform(const KnobRow& row, const ConfigNode& file_value) {
    const ConfigNode& node = require_value(file_value);
    constexpr double kPercents = 100;
    switch (row.unit) {
        case KnobUnit::kCount:
        case KnobUnit::kCountText:
            return file_count(node);
        case KnobUnit::kSeconds:
            return duration_node(node, file_number(node, "a number of seconds"));
        case KnobUnit::kMilliseconds:
            return duration_node(node, file_number(node, "a number of milliseconds") / 1000);
        case KnobUnit::kDurationText:
            return file_duration(node);
        case KnobUnit::kPercent:
        case KnobUnit::kPercentText:
            return number_or_integer(node.where(),
                                     decimal(file_number(node, "a number of percents") / kPercents));
        case KnobUnit::kNumber:
        case KnobUnit::kNumberText:
            return number_or_integer(node.where(), file_number(node, "a number of 0 or more"));
        case KnobUnit::kQuantity:
            return file_quantity(node);
        case KnobUnit::kRate:
            return ConfigNode::text(node.where(),
                                    short_digits(file_number(node, "a number of requests a second")) + "/s");
        case KnobUnit::kMebibytes:
            return bytes_node(node, file_number(node, "a number of mebibytes"));
        case KnobUnit::kBytesText:
            return file_bytes(node);
        case KnobUnit::kSame:
            break;
    }
    return node;
}

}  // namespace spillway
