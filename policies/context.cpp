#include "policies/context.hpp"

#include <cstdint>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::uint32_t place_in(const std::vector<std::string_view>& names, std::string_view kind,
                       std::string_view name, const std::string& where) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name)
            return static_cast<std::uint32_t>(i);
    }
    throw unknown_name(where, kind, name, names);
}

}  // namespace

PoolId find_pool(const PolicyContext& context, std::string_view name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const PoolFacts& pool : context.pools) names.emplace_back(pool.name);
    return {place_in(names, "pool", name, where)};
}

ClassId find_class(const PolicyContext& context, std::string_view name, const std::string& where) {
    const std::vector<std::string_view> names(context.classes.begin(), context.classes.end());
    return {place_in(names, "class", name, where)};
}

}  // namespace spillway
