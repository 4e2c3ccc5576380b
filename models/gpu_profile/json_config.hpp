#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "models/gpu_profile/profile_fields.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// JSON as a tree of values that know their places. Throws InputError with the line for text that is none
/// (NaN and numbers beyond a double are none).
ConfigNode parse_json_config(std::string_view text, const std::string& where);

/// The member of that name; InputError when it is missing.
const ConfigNode& member_of(const ConfigNode& object, std::string_view name);

/// A finite number within the limits, both included; InputError with the place otherwise.
double number_within(const ConfigNode& value, double least, double most);

/// A whole number, 0 or more.
std::int64_t count_of(const ConfigNode& value);

/// Throws InputError for a member of another name, with the nearest one.
void allow_only(const ConfigNode& object, const std::vector<std::string_view>& names);

/// Reads an object of exactly these numbers.
template <class Owner>
void read_numbers(const ConfigNode& object, std::span<const NumberField<Owner>> fields, Owner& into) {
    std::vector<std::string_view> names;
    for (const NumberField<Owner>& field : fields) {
        names.push_back(field.name);
        into.*field.member = number_within(member_of(object, field.name), field.least, field.most);
    }
    allow_only(object, names);
}

Precision read_precision(const ConfigNode& value);

/// {"memory_bytes", ..., "flops": {"bf16": ...}, "source"}.
DataSheet read_data_sheet(const ConfigNode& object);

}  // namespace spillway
