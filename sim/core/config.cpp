#include "sim/core/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

/// The value as the user wrote it, for messages.
std::string shown(const ConfigNode& node) {
    switch (node.kind()) {
        case ConfigNode::Kind::kNull:
            return "null";
        case ConfigNode::Kind::kFlag:
            return node.as_flag() ? "true" : "false";
        case ConfigNode::Kind::kInteger:
            return std::to_string(node.as_integer());
        case ConfigNode::Kind::kNumber:
            return fmt::format("{}", node.as_number());
        case ConfigNode::Kind::kText:
            return '"' + node.as_text() + '"';
        case ConfigNode::Kind::kList:
            return "a list";
        case ConfigNode::Kind::kObject:
            return "an object";
    }
    return {};
}

[[noreturn]] void wrong_form(const ConfigNode& node, std::string_view expected, std::string hint = {}) {
    throw InputError(node.where(), fmt::format("expected {}, not {}", expected, shown(node)),
                     std::move(hint));
}

/// How one kind of text with a unit is written.
struct UnitForm {
    std::string_view expected;
    std::string_view example;  ///< of a unit to add
    std::string_view units;
};
constexpr UnitForm kDurationForm{"a duration such as \"250ms\"", "ms", "ns, us, ms, s, m, h, d, w"};
constexpr UnitForm kBytesForm{"a size such as \"16GiB\"", "GiB", "B, kB, MB, GB, TB, KiB, MiB, GiB, TiB"};
constexpr UnitForm kByteRateForm{"a transfer rate such as \"3GB/s\"", "GB/s",
                                 "B/s to TB/s, KiB/s to TiB/s, bit/s to Tbit/s"};
constexpr UnitForm kRateForm{"a rate such as \"0.5/s\"", "/s", "/s, /min, /h, /d"};

/// The bare number that stands where a number with a unit belongs, if it is one.
std::optional<std::string> bare_number(const ConfigNode& node) {
    if (node.kind() == ConfigNode::Kind::kInteger || node.kind() == ConfigNode::Kind::kNumber)
        return shown(node);
    if (node.kind() == ConfigNode::Kind::kText && parse_number(node.as_text()))
        return node.as_text();
    return std::nullopt;
}

template <class Parse>
auto with_unit(const ConfigNode& node, Parse parse, const UnitForm& form) {
    if (node.kind() == ConfigNode::Kind::kText) {
        if (const auto value = parse(node.as_text()))
            return *value;
    }
    if (const std::optional<std::string> number = bare_number(node)) {
        wrong_form(
            node, form.expected,
            fmt::format("the unit is missing: \"{}{}\"? units: {}", *number, form.example, form.units));
    }
    const bool negative = node.kind() == ConfigNode::Kind::kText && node.as_text().starts_with('-') &&
                          parse(std::string_view(node.as_text()).substr(1)).has_value();
    wrong_form(node, form.expected,
               negative ? std::string("it cannot be negative") : fmt::format("units: {}", form.units));
}

}  // namespace

std::string member_place(std::string_view object_place, std::string_view name) {
    if (object_place.empty())
        return std::string(name);
    const bool outermost = object_place.find(": ") == std::string_view::npos;
    return fmt::format("{}{}{}", object_place, outermost ? ": " : ".", name);
}

ConfigNode ConfigNode::flag(std::string where, bool value) {
    ConfigNode node(std::move(where));
    node.kind_ = Kind::kFlag;
    node.flag_ = value;
    return node;
}

ConfigNode ConfigNode::integer(std::string where, std::int64_t value) {
    ConfigNode node(std::move(where));
    node.kind_ = Kind::kInteger;
    node.integer_ = value;
    return node;
}

ConfigNode ConfigNode::number(std::string where, double value) {
    ConfigNode node(std::move(where));
    node.kind_ = Kind::kNumber;
    node.number_ = value;
    return node;
}

ConfigNode ConfigNode::text(std::string where, std::string value) {
    ConfigNode node(std::move(where));
    node.kind_ = Kind::kText;
    node.text_ = std::move(value);
    return node;
}

ConfigNode ConfigNode::list(std::string where, std::vector<ConfigNode> items) {
    ConfigNode node(std::move(where));
    node.kind_ = Kind::kList;
    node.items_ = std::move(items);
    return node;
}

ConfigNode ConfigNode::object(std::string where, std::vector<Member> members) {
    ConfigNode node(std::move(where));
    node.kind_ = Kind::kObject;
    node.members_ = std::move(members);
    return node;
}

bool ConfigNode::as_flag() const {
    if (kind_ != Kind::kFlag)
        wrong_form(*this, "true or false");
    return flag_;
}

std::int64_t ConfigNode::as_integer() const {
    if (kind_ == Kind::kInteger)
        return integer_;
    // "1e6" is how people write a million; JSON has no integers to tell it from.
    constexpr double kExact = 0x1p53;
    if (kind_ == Kind::kNumber && std::abs(number_) <= kExact && std::trunc(number_) == number_) {
        return static_cast<std::int64_t>(number_);
    }
    wrong_form(*this, "a whole number",
               bare_number(*this) && kind_ == Kind::kText ? "write it without quotes" : "");
}

double ConfigNode::as_number() const {
    if (kind_ == Kind::kInteger)
        return static_cast<double>(integer_);
    if (kind_ == Kind::kNumber) {
        if (!std::isfinite(number_))
            throw InputError(where_, "expected a finite number");
        return number_;
    }
    wrong_form(*this, "a number", bare_number(*this) ? "write it without quotes" : "");
}

const std::string& ConfigNode::as_text() const {
    if (kind_ != Kind::kText)
        wrong_form(*this, "text in quotes");
    return text_;
}

std::span<const ConfigNode> ConfigNode::items() const {
    if (kind_ != Kind::kList)
        wrong_form(*this, "a list");
    return items_;
}

std::span<const ConfigNode::Member> ConfigNode::members() const {
    if (kind_ != Kind::kObject)
        wrong_form(*this, "an object");
    return members_;
}

const ConfigNode* ConfigNode::find(std::string_view name) const {
    for (const Member& member : members()) {
        if (member.first == name)
            return &member.second;
    }
    return nullptr;
}

Duration ConfigNode::as_duration() const { return with_unit(*this, parse_duration, kDurationForm); }
std::int64_t ConfigNode::as_bytes() const { return with_unit(*this, parse_bytes, kBytesForm); }
double ConfigNode::as_byte_rate() const { return with_unit(*this, parse_byte_rate, kByteRateForm); }
double ConfigNode::as_rate() const { return with_unit(*this, parse_rate, kRateForm); }

double ConfigNode::as_ratio() const {
    if (kind_ == Kind::kInteger || kind_ == Kind::kNumber)
        return as_number();
    if (kind_ == Kind::kText) {
        if (const std::optional<double> ratio = parse_ratio(text_))
            return *ratio;
    }
    wrong_form(*this, "a ratio such as 0.05 or \"5%\"");
}

std::int64_t ConfigNode::as_wall_clock() const {
    if (kind_ == Kind::kText) {
        if (const std::optional<std::int64_t> seconds = parse_wall_clock(text_))
            return *seconds;
    }
    wrong_form(*this, "a date and time such as \"2026-03-02T08:00\"");
}

}  // namespace spillway
