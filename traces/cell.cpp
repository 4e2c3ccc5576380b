#include "traces/cell.hpp"

#include <fast_float/fast_float.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>

namespace spillway {

namespace {

constexpr std::array<std::int64_t, 10> kPowers{1,       10,        100,        1'000,       10'000,
                                               100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

/// Far above any trace, far below the range of the clock, so that spans and moments can be added.
constexpr Duration kLongestSpan = std::chrono::years(100);

std::optional<double> parse_double(std::string_view cell) {
    double value = 0;
    const char* end = cell.data() + cell.size();
    const auto result = fast_float::from_chars(cell.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::string quoted(std::string_view cell) {
    constexpr std::size_t kShown = 40;
    if (cell.size() <= kShown)
        return "\"" + std::string(cell) + "\"";
    return "\"" + std::string(cell.substr(0, kShown)) + "...\"";
}

/// How many digits a unit has behind its decimal point, down to the nanosecond.
std::size_t decimals_of(TimeUnit unit) {
    switch (unit) {
        case TimeUnit::kSeconds:
            return 9;
        case TimeUnit::kMilliseconds:
            return 6;
        case TimeUnit::kMicroseconds:
            return 3;
        case TimeUnit::kNanoseconds:
            return 0;
    }
    return 0;
}

/// Appends the digits at the front of `text` to `value` and returns how many; requires that they fit.
std::size_t take_digits(std::string_view text, std::int64_t& value) {
    std::size_t count = 0;
    for (const char c : text) {
        const auto digit = static_cast<std::uint32_t>(static_cast<unsigned char>(c)) - '0';
        if (digit > 9)
            break;
        value = value * 10 + digit;
        ++count;
    }
    return count;
}

/// "12.345" without rounding through a double; false: the slow way must look at it.
bool parse_plain_span(std::string_view cell, std::size_t decimals, std::int64_t& nanoseconds) {
    constexpr std::size_t kSafeDigits = 18;
    std::int64_t whole = 0;
    const std::size_t digits = take_digits(cell.substr(0, kSafeDigits), whole);
    if (digits == 0 || __builtin_mul_overflow(whole, kPowers[decimals], &nanoseconds))
        return false;
    if (digits == cell.size())
        return true;
    if (cell[digits] != '.')
        return false;

    const std::string_view behind_point = cell.substr(digits + 1);
    std::int64_t fraction = 0;
    const std::size_t taken = take_digits(behind_point.substr(0, decimals), fraction);
    std::int64_t cut = 0;
    if (taken != behind_point.size()) {
        if (taken != decimals || behind_point.size() > kSafeDigits)
            return false;
        if (taken + take_digits(behind_point.substr(taken), cut) != behind_point.size())
            return false;
    }
    return !__builtin_add_overflow(nanoseconds, fraction * kPowers[decimals - taken], &nanoseconds);
}

}  // namespace

bool parse_count_slowly(std::string_view cell, std::uint32_t& value) {
    const std::optional<double> number = parse_double(cell);
    constexpr double kLargest = std::numeric_limits<std::uint32_t>::max();
    if (!number || *number < 0 || *number > kLargest || *number != std::floor(*number))
        return false;
    value = static_cast<std::uint32_t>(*number);
    return true;
}

std::string describe_count(std::string_view cell) {
    if (cell.empty())
        return "is empty";
    const std::optional<double> number = parse_double(cell);
    if (!number)
        return "is not a number: " + quoted(cell);
    if (*number < 0)
        return "is negative: " + quoted(cell);
    if (*number != std::floor(*number))
        return "is not a whole number: " + quoted(cell);
    return "is too large: " + quoted(cell);
}

bool parse_span_slowly(std::string_view cell, TimeUnit unit, Duration& value) {
    const std::size_t decimals = decimals_of(unit);
    std::int64_t nanoseconds = 0;
    if (parse_plain_span(cell, decimals, nanoseconds)) {
        value = Duration(nanoseconds);
        return value <= kLongestSpan;
    }
    const std::optional<double> number = parse_double(cell);
    if (!number || *number < 0)
        return false;
    const auto divisor = static_cast<double>(kPowers[9 - decimals]);
    const std::optional<Duration> rounded = duration_from_seconds(*number / divisor);
    if (rounded)
        value = *rounded;
    return rounded.has_value();
}

std::string describe_span(std::string_view cell) {
    if (cell.empty())
        return "is empty";
    const std::optional<double> number = parse_double(cell);
    if (!number)
        return "is not a number: " + quoted(cell);
    if (*number < 0)
        return "is negative: " + quoted(cell);
    return "is too large: " + quoted(cell);
}

std::string describe_date(std::string_view cell) {
    if (cell.empty())
        return "is empty";
    return "is not a date and time like 2024-05-10 00:00:00.0099+00:00: " + quoted(cell);
}

std::uint64_t parse_name_id(std::string_view cell) {
    std::uint64_t number = 0;
    const char* end = cell.data() + cell.size();
    const auto result = std::from_chars(cell.data(), end, number);
    if (cell.empty() || (result.ec == std::errc() && result.ptr == end))
        return number;
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : cell) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

}  // namespace spillway
