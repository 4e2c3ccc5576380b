#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spillway {

/// Values by name, in the order in which files hold them.
using NamedWords = std::vector<std::pair<std::string, std::string>>;
using NamedNumbers = std::vector<std::pair<std::string, double>>;

/// Null when there is none of that name.
template <class Value>
const Value* find_named(const std::vector<std::pair<std::string, Value>>& values, std::string_view name) {
    for (const auto& [key, value] : values) {
        if (key == name)
            return &value;
    }
    return nullptr;
}

}  // namespace spillway
