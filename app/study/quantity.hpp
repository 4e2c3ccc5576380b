#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/config.hpp"

namespace spillway {

/// A number with the unit that the user wrote behind it, whatever it is: "30s" is 30 and "s".
struct Quantity {
    double number = 0;
    std::string unit;    ///< empty for a plain number
    bool whole = false;  ///< a plain number without a decimal point or exponent
};

/// Reads a number or text such as "0.5/s"; a duration of several units in seconds. Throws InputError for
/// anything else.
Quantity read_quantity(const ConfigNode& node);

/// The same amount in another unit: "2m" in "s" is 120. Empty when the units measure different things.
std::optional<Quantity> in_unit(const Quantity& quantity, const std::string& unit);

/// The quantity as a value of a scenario, its place `where`.
ConfigNode quantity_node(const Quantity& quantity, const std::string& where);

/// A scenario's value as results and constraints show it: text bare, numbers as short as they read back;
/// objects and lists as JSON.
std::string value_label(const ConfigNode& node);

/// What text with a unit comes to, in seconds, bytes, events or bytes a second, or as a ratio; empty when it
/// is none of these.
std::optional<double> magnitude(std::string_view text);

}  // namespace spillway
