#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

/// The place of a member: "FILE: name" in the file's outermost object, "FILE: path.name" below it.
std::string member_place(std::string_view object_place, std::string_view name);

/// One value of a parsed configuration file, with its place in it. Layers that must not know a file format
/// read their parameters from this; the app builds it from JSON. A value type.
class ConfigNode {
public:
    enum class Kind : std::uint8_t { kNull, kFlag, kInteger, kNumber, kText, kList, kObject };
    using Member = std::pair<std::string, ConfigNode>;

    /// A null.
    explicit ConfigNode(std::string where) : where_(std::move(where)) {}
    static ConfigNode flag(std::string where, bool value);
    static ConfigNode integer(std::string where, std::int64_t value);
    static ConfigNode number(std::string where, double value);
    static ConfigNode text(std::string where, std::string value);
    static ConfigNode list(std::string where, std::vector<ConfigNode> items);
    /// Members keep the file's order. Requires: no name twice.
    static ConfigNode object(std::string where, std::vector<Member> members);

    Kind kind() const noexcept { return kind_; }
    /// "scenario.json: pools[0].policy", or "scenario.json" for the outermost object: what an error begins
    /// with.
    const std::string& where() const noexcept { return where_; }

    // Each throws InputError when the value is of another kind (an integer is also a number).
    bool as_flag() const;
    std::int64_t as_integer() const;
    double as_number() const;
    const std::string& as_text() const;
    std::span<const ConfigNode> items() const;
    std::span<const Member> members() const;
    /// The member of that name, or nullptr. Throws InputError when this is no object.
    const ConfigNode* find(std::string_view name) const;

    // Text with a unit, or a ratio as number or "5%". Each throws InputError that shows the value and the
    // form expected ("250ms"), and says so when only the unit is missing.
    Duration as_duration() const;
    std::int64_t as_bytes() const;
    double as_byte_rate() const;
    double as_rate() const;
    double as_ratio() const;
    /// "2026-03-02T08:00" as seconds since 1970-01-01 on the scenario's own wall clock.
    std::int64_t as_wall_clock() const;

private:
    std::string where_;
    Kind kind_ = Kind::kNull;
    bool flag_ = false;
    std::int64_t integer_ = 0;
    double number_ = 0;
    std::string text_;
    std::vector<ConfigNode> items_;
    std::vector<Member> members_;
};

enum class ParamKind : std::uint8_t {
    kFlag,
    kInteger,   ///< any whole number
    kCount,     ///< a whole number, 0 or more
    kNumber,    ///< any finite number
    kRatio,     ///< 0..1 unless the reader checks otherwise, as number or "5%"
    kDuration,  ///< "250ms", 0 or more
    kBytes,     ///< "16GiB"
    kByteRate,  ///< "3GB/s"
    kRate,      ///< "0.5/s"
    kText,
    kChoice,       ///< one of ParamSpec::choices
    kPrice,        ///< "$2.49/h", read by sim/billing
    kDurationLaw,  ///< a duration or a distribution of durations, read by sim/core/distribution
    kNumberLaw,    ///< a number or a distribution of numbers
    kWallClock,    ///< "2026-03-02T08:00"
    kQuantity,     ///< a number, or text with any unit; read by whoever knows which
    kList,         ///< of ParamSpec::fields objects when fields are given
    kObject,       ///< of ParamSpec::fields when fields are given
};

enum class Presence : std::uint8_t { kRequired, kOptional, kDefaulted };

/// Declares one parameter: the only place that knows its name, kind, default and meaning. `spillway list`,
/// the JSON Schema and the reader below are all made from it.
struct ParamSpec {
    std::string_view name;
    ParamKind kind;
    Presence presence;
    std::string_view fallback;  ///< for kDefaulted, as one would write it in the file
    std::string_view meaning;
    std::string_view choices = {};  ///< for kChoice: "fifo|priority"
    std::span<const ParamSpec> fields = {};
};

constexpr ParamSpec required_param(std::string_view name, ParamKind kind, std::string_view meaning) {
    return {name, kind, Presence::kRequired, {}, meaning};
}
constexpr ParamSpec optional_param(std::string_view name, ParamKind kind, std::string_view meaning) {
    return {name, kind, Presence::kOptional, {}, meaning};
}
constexpr ParamSpec default_param(std::string_view name, ParamKind kind, std::string_view fallback,
                                  std::string_view meaning) {
    return {name, kind, Presence::kDefaulted, fallback, meaning};
}
constexpr ParamSpec choice_param(std::string_view name, std::string_view choices, std::string_view fallback,
                                 std::string_view meaning) {
    return {name, ParamKind::kChoice, Presence::kDefaulted, fallback, meaning, choices};
}
constexpr ParamSpec object_param(std::string_view name, std::span<const ParamSpec> fields,
                                 std::string_view meaning) {
    return {name, ParamKind::kObject, Presence::kOptional, {}, meaning, {}, fields};
}
constexpr ParamSpec list_param(std::string_view name, std::span<const ParamSpec> fields,
                               std::string_view meaning) {
    return {name, ParamKind::kList, Presence::kOptional, {}, meaning, {}, fields};
}

/// Reads one object by its declared parameters. Construction throws InputError for a key that no spec names
/// (with the nearest name) and for a required one that is missing; every getter applies the spec's default
/// and checks kind and range, throwing InputError that names the place. Asking for a parameter that is not
/// declared with that kind is our own bug, and so is finishing with one unread: both CHECK.
class ParamReader {
public:
    /// `node` must be an object (InputError otherwise) and outlive the reader, as must the specs.
    ParamReader(const ConfigNode& node, std::span<const ParamSpec> specs);
    /// With two tables, for {"name": ..., parameters of that entry}.
    ParamReader(const ConfigNode& node, std::span<const ParamSpec> common, std::span<const ParamSpec> own);

    /// Whether the file gives it (a default does not count). What it gives must still be read.
    bool has(std::string_view name);
    bool flag(std::string_view name);
    std::int64_t integer(std::string_view name);  ///< kInteger and kCount
    double number(std::string_view name);
    double ratio(std::string_view name);       ///< kRatio, checked to lie in 0..1
    Duration duration(std::string_view name);  ///< kDuration, checked not to be negative
    std::int64_t bytes(std::string_view name);
    double byte_rate(std::string_view name);  ///< checked to be above 0: it divides
    double rate(std::string_view name);
    std::string text(std::string_view name);
    /// The index of the chosen word in the spec's choices.
    std::size_t choice(std::string_view name);

    // Empty when absent without a default.
    std::optional<std::int64_t> optional_integer(std::string_view name);
    std::optional<double> optional_number(std::string_view name);
    std::optional<double> optional_ratio(std::string_view name);
    std::optional<Duration> optional_duration(std::string_view name);
    std::optional<double> optional_rate(std::string_view name);
    std::optional<double> optional_byte_rate(std::string_view name);
    std::optional<std::int64_t> optional_bytes(std::string_view name);
    std::optional<std::string> optional_text(std::string_view name);

    /// The value as it stands in the file, or the default as if it stood there; nullptr for an absent
    /// optional. For laws, prices, wall clocks, lists and objects. Valid as long as the reader.
    const ConfigNode* node(std::string_view name);

    const std::string& where() const noexcept { return node_.where(); }
    std::string where(std::string_view name) const { return member_place(node_.where(), name); }

    /// CHECKs that every declared parameter was asked for: none is accepted and ignored.
    void finish() const;

private:
    struct Field {
        const ParamSpec* spec;
        const ConfigNode* value;               // nullptr: absent
        std::unique_ptr<ConfigNode> fallback;  // the default, made on demand; its address is handed out
        bool read;
    };
    void add_fields(std::span<const ParamSpec> specs);
    void check_members() const;
    Field& field(std::string_view name);
    const ConfigNode* value_of(std::string_view name, std::span<const ParamKind> kinds);
    const ConfigNode& present(std::string_view name, std::span<const ParamKind> kinds);

    const ConfigNode& node_;
    std::vector<Field> fields_;
};

}  // namespace spillway
