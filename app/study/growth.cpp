#include "app/study/growth.hpp"

#include <optional>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {

double parse_growth(std::string_view text, const std::string& where) {
    constexpr std::string_view kUnit = "/month";
    const auto growth =
        text.ends_with(kUnit) ? parse_ratio(text.substr(0, text.size() - kUnit.size())) : std::nullopt;
    if (!growth || !(*growth > -1) || *growth == 0)
        throw InputError(where, fmt::format("\"{}\" is no growth", text), "write 10%/month");
    return *growth;
}

}  // namespace spillway
