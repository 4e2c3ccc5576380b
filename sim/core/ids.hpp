#pragma once

#include <compare>
#include <cstdint>

namespace spillway {

/// A small integer that names one thing of a kind; two kinds cannot be mixed up.
template <class Kind>
struct Id {
    std::uint32_t value = 0;
    constexpr auto operator<=>(const Id&) const noexcept = default;
};

}  // namespace spillway
