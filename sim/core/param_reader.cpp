#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/core/check.hpp"
#include "sim/core/config.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::array kFlagKind{ParamKind::kFlag};
constexpr std::array kIntegerKinds{ParamKind::kInteger, ParamKind::kCount};
constexpr std::array kNumberKind{ParamKind::kNumber};
constexpr std::array kRatioKind{ParamKind::kRatio};
constexpr std::array kDurationKind{ParamKind::kDuration};
constexpr std::array kBytesKind{ParamKind::kBytes};
constexpr std::array kByteRateKind{ParamKind::kByteRate};
constexpr std::array kRateKind{ParamKind::kRate};
constexpr std::array kTextKind{ParamKind::kText};
constexpr std::array kChoiceKind{ParamKind::kChoice};
constexpr std::array kNodeKinds{ParamKind::kPrice,     ParamKind::kDurationLaw, ParamKind::kNumberLaw,
                                ParamKind::kWallClock, ParamKind::kQuantity,    ParamKind::kList,
                                ParamKind::kObject};

/// A default, as if the file held it.
ConfigNode fallback_node(const ParamSpec& spec, std::string where) {
    const std::string_view text = spec.fallback;
    switch (spec.kind) {
        case ParamKind::kFlag:
            SPILLWAY_CHECK(text == "true" || text == "false", "the default of a flag is true or false");
            return ConfigNode::flag(std::move(where), text == "true");
        case ParamKind::kInteger:
        case ParamKind::kCount:
        case ParamKind::kNumber:
        case ParamKind::kRatio:
        case ParamKind::kNumberLaw:
        case ParamKind::kQuantity:
            if (const auto integer = parse_integer(text))
                return ConfigNode::integer(std::move(where), *integer);
            if (const auto number = parse_number(text))
                return ConfigNode::number(std::move(where), *number);
            break;
        case ParamKind::kList:
            SPILLWAY_CHECK(text == "[]", "the default of a list is empty");
            return ConfigNode::list(std::move(where), {});
        case ParamKind::kObject:
            SPILLWAY_CHECK(text == "{}", "the default of an object is empty");
            return ConfigNode::object(std::move(where), {});
        case ParamKind::kDuration:
        case ParamKind::kBytes:
        case ParamKind::kByteRate:
        case ParamKind::kRate:
        case ParamKind::kText:
        case ParamKind::kChoice:
        case ParamKind::kPrice:
        case ParamKind::kDurationLaw:
        case ParamKind::kWallClock:
            break;
    }
    return ConfigNode::text(std::move(where), std::string(text));
}

[[noreturn]] void out_of_range(const ConfigNode& node, std::string shown, std::string_view range) {
    throw InputError(node.where(), fmt::format("{} is out of range: it must be {}", shown, range));
}

double checked_ratio(const ConfigNode& node) {
    const double value = node.as_ratio();
    if (!(value >= 0 && value <= 1))
        out_of_range(node, fmt::format("{}", value), "from 0 to 1");
    return value;
}

Duration checked_duration(const ConfigNode& node) {
    const Duration value = node.as_duration();
    if (value < Duration::zero())
        out_of_range(node, format_duration(value), "0 or more");
    return value;
}

double checked_byte_rate(const ConfigNode& node) {
    const double value = node.as_byte_rate();
    if (!(value > 0))
        out_of_range(node, '"' + node.as_text() + '"', "above 0");
    return value;
}

std::int64_t checked_integer(const ConfigNode& node, ParamKind kind) {
    const std::int64_t value = node.as_integer();
    if (kind == ParamKind::kCount && value < 0)
        out_of_range(node, std::to_string(value), "0 or more");
    return value;
}

std::vector<std::string_view> split_choices(std::string_view choices) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t bar = choices.find('|');
        words.push_back(choices.substr(0, bar));
        if (bar == std::string_view::npos)
            return words;
        choices.remove_prefix(bar + 1);
    }
}

template <class Read>
auto if_present(const ConfigNode* node, Read read) -> std::optional<decltype(read(*node))> {
    if (node == nullptr)
        return std::nullopt;
    return read(*node);
}

}  // namespace

ParamReader::ParamReader(const ConfigNode& node, std::span<const ParamSpec> specs)
    : ParamReader(node, specs, {}) {}

ParamReader::ParamReader(const ConfigNode& node, std::span<const ParamSpec> common,
                         std::span<const ParamSpec> own)
    : node_(node) {
    fields_.reserve(common.size() + own.size());
    add_fields(common);
    add_fields(own);
    check_members();
}

void ParamReader::add_fields(std::span<const ParamSpec> specs) {
    for (const ParamSpec& spec : specs) {
        const bool known = std::any_of(fields_.begin(), fields_.end(),
                                       [&](const Field& field) { return field.spec->name == spec.name; });
        SPILLWAY_CHECK(!known, fmt::format("parameter {} is declared twice", spec.name));
        fields_.push_back({&spec, node_.find(spec.name), nullptr, false});
    }
}

void ParamReader::check_members() const {
    std::vector<std::string_view> names;
    for (const Field& field : fields_) names.push_back(field.spec->name);
    for (const ConfigNode::Member& member : node_.members()) {
        if (std::find(names.begin(), names.end(), member.first) == names.end()) {
            throw unknown_name(node_.where(), "key", member.first, names);
        }
    }
    for (const Field& field : fields_) {
        if (field.spec->presence == Presence::kRequired && field.value == nullptr) {
            throw InputError(node_.where(), fmt::format("\"{}\" is missing", field.spec->name),
                             fmt::format("{}: {}", field.spec->name, field.spec->meaning));
        }
    }
}

ParamReader::Field& ParamReader::field(std::string_view name) {
    const auto found = std::find_if(fields_.begin(), fields_.end(),
                                    [&](const Field& field) { return field.spec->name == name; });
    SPILLWAY_CHECK(found != fields_.end(), fmt::format("parameter {} is not declared", name));
    return *found;
}

const ConfigNode* ParamReader::value_of(std::string_view name, std::span<const ParamKind> kinds) {
    Field& asked = field(name);
    SPILLWAY_CHECK(std::find(kinds.begin(), kinds.end(), asked.spec->kind) != kinds.end(),
                   fmt::format("parameter {} is declared as another kind", name));
    asked.read = true;
    if (asked.value != nullptr || asked.spec->presence != Presence::kDefaulted)
        return asked.value;
    if (!asked.fallback)
        asked.fallback = std::make_unique<ConfigNode>(fallback_node(*asked.spec, where(name)));
    return asked.fallback.get();
}

const ConfigNode& ParamReader::present(std::string_view name, std::span<const ParamKind> kinds) {
    const ConfigNode* value = value_of(name, kinds);
    SPILLWAY_CHECK(value != nullptr,
                   fmt::format("parameter {} is optional and was read as if it were not", name));
    return *value;
}

bool ParamReader::has(std::string_view name) {
    Field& asked = field(name);
    if (asked.value == nullptr && asked.spec->presence == Presence::kOptional)
        asked.read = true;
    return asked.value != nullptr;
}

bool ParamReader::flag(std::string_view name) { return present(name, kFlagKind).as_flag(); }
std::int64_t ParamReader::integer(std::string_view name) {
    return checked_integer(present(name, kIntegerKinds), field(name).spec->kind);
}
double ParamReader::number(std::string_view name) { return present(name, kNumberKind).as_number(); }
double ParamReader::ratio(std::string_view name) { return checked_ratio(present(name, kRatioKind)); }
Duration ParamReader::duration(std::string_view name) {
    return checked_duration(present(name, kDurationKind));
}
std::int64_t ParamReader::bytes(std::string_view name) { return present(name, kBytesKind).as_bytes(); }
double ParamReader::byte_rate(std::string_view name) {
    return checked_byte_rate(present(name, kByteRateKind));
}
double ParamReader::rate(std::string_view name) { return present(name, kRateKind).as_rate(); }
std::string ParamReader::text(std::string_view name) { return present(name, kTextKind).as_text(); }

std::size_t ParamReader::choice(std::string_view name) {
    const ConfigNode& value = present(name, kChoiceKind);
    const std::vector<std::string_view> words = split_choices(field(name).spec->choices);
    const auto found = std::find(words.begin(), words.end(), value.as_text());
    if (found == words.end())
        throw unknown_name(value.where(), name, value.as_text(), words);
    return static_cast<std::size_t>(found - words.begin());
}

std::optional<std::int64_t> ParamReader::optional_integer(std::string_view name) {
    const ParamKind kind = field(name).spec->kind;
    return if_present(value_of(name, kIntegerKinds),
                      [kind](const ConfigNode& node) { return checked_integer(node, kind); });
}
std::optional<double> ParamReader::optional_number(std::string_view name) {
    return if_present(value_of(name, kNumberKind), [](const ConfigNode& node) { return node.as_number(); });
}
std::optional<double> ParamReader::optional_ratio(std::string_view name) {
    return if_present(value_of(name, kRatioKind), checked_ratio);
}
std::optional<Duration> ParamReader::optional_duration(std::string_view name) {
    return if_present(value_of(name, kDurationKind), checked_duration);
}
std::optional<double> ParamReader::optional_rate(std::string_view name) {
    return if_present(value_of(name, kRateKind), [](const ConfigNode& node) { return node.as_rate(); });
}
std::optional<double> ParamReader::optional_byte_rate(std::string_view name) {
    return if_present(value_of(name, kByteRateKind), checked_byte_rate);
}
std::optional<std::int64_t> ParamReader::optional_bytes(std::string_view name) {
    return if_present(value_of(name, kBytesKind), [](const ConfigNode& node) { return node.as_bytes(); });
}
std::optional<std::string> ParamReader::optional_text(std::string_view name) {
    return if_present(value_of(name, kTextKind),
                      [](const ConfigNode& node) { return std::string(node.as_text()); });
}

const ConfigNode* ParamReader::node(std::string_view name) { return value_of(name, kNodeKinds); }

void ParamReader::finish() const {
    for (const Field& field : fields_) {
        SPILLWAY_CHECK(field.read, fmt::format("parameter {} was never read", field.spec->name));
    }
}

}  // namespace spillway
