#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/config.hpp"

namespace spillway {

/// A tool's result as values that know their places. Texts of prompts and answers are left out, of each list
/// of gaps between tokens ("itls") its sum is kept, and of a list of moments of answers
/// ("response_timestamps") its first, its last and its length: files have millions of them. Throws InputError
/// with the line for text that is no JSON (NaN is none), and for lists or objects more than 100 deep.
ConfigNode parse_result_json(std::string_view text, const std::string& where);

/// Follows members down; null where one is missing or null, or its owner is no object.
const ConfigNode* find_path(const ConfigNode& from, std::initializer_list<std::string_view> path);

/// The number under the first of `names` that is there and not null. Throws InputError for one that is below
/// 0 or no number.
std::optional<double> find_amount(const ConfigNode& object, std::initializer_list<std::string_view> names);

/// The same; InputError with the hint where there is none.
double need_amount(const ConfigNode& object, std::initializer_list<std::string_view> names,
                   const std::string& hint);

/// The text under the first of `names` that is there; empty: none is a text.
std::string find_words(const ConfigNode& object, std::initializer_list<std::string_view> names);

/// A measured value's place in seconds: {"unit": "ms", "avg": 12} or {"unit": "ns", "value": 12}; without a
/// unit, milliseconds. Empty where it is missing. Throws InputError for a unit that is none of time.
std::optional<double> find_seconds(const ConfigNode& object, std::string_view name);

}  // namespace spillway
