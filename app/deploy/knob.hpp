#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"

namespace spillway {

/// How a platform's file writes what a pool says in Spillway's own units.
enum class KnobUnit : std::uint8_t {
    kCount,         ///< 4
    kCountText,     ///< "4", as annotations have it
    kSeconds,       ///< "1m30s" is 90
    kMilliseconds,  ///< "10m" is 600000
    kDurationText,  ///< "1m30s" is "90s"
    kPercent,       ///< 0.7 is 70
    kPercentText,   ///< 0.7 is "70"
    kNumber,        ///< 2.8
    kNumberText,    ///< "2.8"
    kQuantity,      ///< of Kubernetes: 2.8 is "2800m"
    kRate,          ///< "24/min" is 0.4, a second
    kMebibytes,     ///< "16GiB" is 16384
    kBytesText,     ///< "16GiB" is "16Gi"
    kSame,          ///< as it stands
};

/// One knob under both its names.
struct KnobRow {
    std::string_view at;   ///< in a pool: "policy.idle_timeout"
    std::string_view key;  ///< in the platform's file, a path of config_tree.hpp
    KnobUnit unit = KnobUnit::kSame;
    // What the platform documents, in its own units.
    double least = 0;
    double most = std::numeric_limits<double>::infinity();
};

/// A value as the platform writes it.
struct KnobValue {
    ConfigNode value{""};
    std::string rounded;  ///< what was lost on the way, "1500ms is written as 2: whole seconds"; else empty
};

/// The pool's value in the file's unit: rounded up to what the unit can say (down for percents), and moved
/// into the row's limits.
KnobValue to_platform(const KnobRow& row, const ConfigNode& pool_value);

/// The file's value as a pool writes it, exactly. Throws InputError for a value of another kind than the
/// unit.
ConfigNode from_platform(const KnobRow& row, const ConfigNode& file_value);

/// Digits that read back as the same number.
std::string short_digits(double value);

}  // namespace spillway
