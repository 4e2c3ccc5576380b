#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"
#include "traces/digits.hpp"

namespace spillway {

// The values of a text table's cells. Each parse function returns false or empty for a cell that is not of
// its kind; describe_*() then says why, in words that follow the column's name: "is not a number: \"abc\"".

/// A whole number in 0..2^32-1; "374.0" and "3.74e2" count as whole.
[[nodiscard]] bool parse_count_slowly(std::string_view cell, std::uint32_t& value);
[[nodiscard]] inline bool parse_count(std::string_view cell, std::uint32_t& value) {
    const LeadingDigits digits = leading_digits(cell);
    if (digits.count != cell.size() || cell.empty()) [[unlikely]]
        return parse_count_slowly(cell, value);
    value = digits.value;
    return true;
}
std::string describe_count(std::string_view cell);

/// How a column of plain numbers counts time.
enum class TimeUnit : std::uint8_t { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds };

/// A length of time that is not negative, as a plain number; exact down to the nanosecond, further digits are
/// cut.
[[nodiscard]] bool parse_span_slowly(std::string_view cell, TimeUnit unit, Duration& value);
[[nodiscard]] inline bool parse_span(std::string_view cell, TimeUnit unit, Duration& value) {
    // Seconds of up to seven digits and eight decimals, which is what traces have.
    const LeadingDigits whole = leading_digits(cell);
    if (unit == TimeUnit::kSeconds && whole.count > 0 && whole.count < cell.size() &&
        cell[whole.count] == '.') {
        const std::string_view decimals = cell.substr(whole.count + 1);
        const LeadingDigits fraction = leading_digits(decimals);
        if (fraction.count == decimals.size()) [[likely]] {
            constexpr std::array<std::uint32_t, 9> kUnits{
                1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10};
            value = Duration(std::int64_t{whole.value} * 1'000'000'000 +
                             std::int64_t{fraction.value} * kUnits[fraction.count]);
            return true;
        }
    }
    return parse_span_slowly(cell, unit, value);
}
std::string describe_span(std::string_view cell);

std::string describe_date(std::string_view cell);

/// The id in a column of names: 0 for an empty cell, a whole number as it is, a hash of anything else.
std::uint64_t parse_name_id(std::string_view cell);

}  // namespace spillway
