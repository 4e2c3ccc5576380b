#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/core/error.hpp"

namespace spillway {

/// One line of a table of things that a scenario names: policies, routes, models, sources. The tables are
/// constant arrays: listable, in a fixed order, nothing registers itself.
template <class Make>
struct RegistryEntry {
    std::string_view name;
    std::string_view summary;  ///< one line for `spillway list`
    std::span<const ParamSpec> params;
    Make* make;
};

/// The entry of that name; InputError at `where` with the nearest name and the list of valid ones.
template <class Make>
const RegistryEntry<Make>& find_entry(std::span<const RegistryEntry<Make>> table, std::string_view kind,
                                      std::string_view name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const RegistryEntry<Make>& entry : table) {
        if (entry.name == name)
            return entry;
        names.push_back(entry.name);
    }
    throw unknown_name(where, kind, name, names);
}

}  // namespace spillway
