#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"

namespace spillway {

// The values of a text table's cells. Each parse function returns false or empty for a cell that is not of
// its kind; describe_*() then says why, in words that follow the column's name: "is not a number: \"abc\"".

/// A whole number in 0..2^32-1; "374.0" and "3.74e2" count as whole.
[[nodiscard]] bool parse_count_slowly(std::string_view cell, std::uint32_t& value);
[[nodiscard]] inline bool parse_count(std::string_view cell, std::uint32_t& value) {
    constexpr std::size_t kSafeDigits = 9;  // cannot exceed 32 bits
    if (cell.empty() || cell.size() > kSafeDigits)
        return parse_count_slowly(cell, value);
    std::uint32_t number = 0;
    for (const char c : cell) {
        const auto digit = static_cast<std::uint32_t>(static_cast<unsigned char>(c)) - '0';
        if (digit > 9)
            return parse_count_slowly(cell, value);
        number = number * 10 + digit;
    }
    value = number;
    return true;
}
std::string describe_count(std::string_view cell);

/// How a column of plain numbers counts time.
enum class TimeUnit : std::uint8_t { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds };

/// A length of time that is not negative, as a plain number; exact down to the nanosecond, further digits are
/// cut.
[[nodiscard]] bool parse_span(std::string_view cell, TimeUnit unit, Duration& value);
std::string describe_span(std::string_view cell);

std::string describe_date(std::string_view cell);

/// The id in a column of names: 0 for an empty cell, a whole number as it is, a hash of anything else.
std::uint64_t parse_name_id(std::string_view cell);

}  // namespace spillway
