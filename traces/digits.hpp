#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace spillway {

/// The digits that a text begins with, eight at most.
struct LeadingDigits {
    std::uint32_t value = 0;
    std::size_t count = 0;
};

/// Bytes behind a text that leading_digits() may look at.
inline constexpr std::size_t kDigitsPadding = 8;

/// Takes all eight at once: a loop over digits costs most of the reading of a trace. Requires: kDigitsPadding
/// readable bytes behind the text.
inline LeadingDigits leading_digits(std::string_view text) noexcept {
    constexpr std::size_t kMost = 8;
    if constexpr (std::endian::native == std::endian::little) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        word ^= 0x3030303030303030;  // digits are 0 to 9 now, and nothing else is
        const std::uint64_t others = (word | (word + 0x7676767676767676)) & 0x8080808080808080;
        const auto digits = static_cast<std::size_t>(std::countr_zero(others)) / 8;
        const std::size_t count = std::min({digits, kMost, text.size()});
        if (count == 0)
            return {};
        word <<= 8 * (kMost - count);  // leading zeros in front
        word = word * 10 + (word >> 8);
        constexpr std::uint64_t kPairs = 0x000000FF000000FF;
        const std::uint64_t value =
            ((word & kPairs) * 0x000F424000000064 + ((word >> 16) & kPairs) * 0x0000271000000001) >> 32;
        return {static_cast<std::uint32_t>(value), count};
    } else {
        LeadingDigits digits;
        while (digits.count < std::min(kMost, text.size()) && text[digits.count] >= '0' &&
               text[digits.count] <= '9') {
            digits.value = digits.value * 10 + static_cast<std::uint32_t>(text[digits.count++] - '0');
        }
        return digits;
    }
}

}  // namespace spillway
