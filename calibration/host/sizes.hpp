#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace spillway {

/// How many parts of at least `least` cover `whole`, at most `most`; at least one.
inline std::size_t parts_of(double whole, double least, std::size_t most) {
    return std::clamp<std::size_t>(static_cast<std::size_t>(whole / least), 1, most);
}

/// The n-th of places below `count`, scattered over all of them: multiples of the golden ratio.
inline std::size_t scattered(std::size_t n, std::size_t count) {
    const std::uint64_t fraction = (n + 1) * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>((static_cast<double>(fraction >> 11) * 0x1p-53) *
                                    static_cast<double>(count));
}

}  // namespace spillway
