#include "app/backtest/exact_number.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "sim/core/check.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr int kMostDigits = 18;
constexpr std::int64_t kLeastPower = -36;
constexpr int kLeastExponent = -40;
constexpr int kNanoDigits = 9;
constexpr int kLimitBits = 120;

bool is_exact_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Takes the commas out of "1,298" where they stand between groups of three. False for any other comma.
bool drop_group_commas(std::string& whole) {
    if (whole.find(',') == std::string::npos)
        return true;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const bool comma_place = i > 0 && (whole.size() - i) % 4 == 0;
        if ((whole[i] == ',') != comma_place)
            return false;
    }
    std::erase(whole, ',');
    return true;
}

/// The text behind an "e"; empty when that is no small whole number.
std::optional<int> parse_decimal_power(std::string_view text) {
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const std::optional<std::int64_t> power = parse_integer(text);
    if (!power || *power < kLeastPower || *power > kMostDigits)
        return std::nullopt;
    return static_cast<int>(*power);
}

/// Whole and decimals are digits alone. Empty for a whole part of more than 18 digits.
std::optional<ExactNumber> exact_number_of(std::string_view whole, std::string_view decimals, int power) {
    ExactNumber number;
    number.exponent = power;
    int digits = 0;
    const auto add = [&](char c) {
        number.mantissa = number.mantissa * 10 + (c - '0');
        if (number.mantissa != 0)
            ++digits;
    };
    for (const char c : whole) {
        if (digits == kMostDigits)
            return std::nullopt;
        add(c);
    }
    for (const char c : decimals) {
        if (digits == kMostDigits || number.exponent == kLeastExponent)
            break;
        add(c);
        --number.exponent;
    }
    while (number.mantissa != 0 && number.mantissa % 10 == 0 && number.exponent < 0) {
        number.mantissa /= 10;
        ++number.exponent;
    }
    if (number.mantissa == 0)
        number.exponent = 0;
    return number;
}

Int128 power_of_ten_128(int exponent) {
    Int128 result = 1;
    for (int i = 0; i < exponent; ++i) result *= 10;
    return result;
}

/// Takes `mark` off either end, once. Whether it was there.
bool take_mark(std::string_view& text, std::string_view mark) {
    if (text.starts_with(mark)) {
        text.remove_prefix(mark.size());
    } else if (text.ends_with(mark)) {
        text.remove_suffix(mark.size());
    } else {
        return false;
    }
    return true;
}

std::string_view without_outer_blanks(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::optional<ExactNumber> parse_exact(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    int power = 0;
    if (const std::size_t e = text.find_first_of("eE"); e != text.npos) {
        const std::optional<int> given = parse_decimal_power(text.substr(e + 1));
        if (!given)
            return std::nullopt;
        power = *given;
        text = text.substr(0, e);
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string whole(text.substr(0, point));
    const std::string_view decimals = text.substr(std::min(point + 1, text.size()));
    if (!drop_group_commas(whole) || (whole.empty() && decimals.empty()))
        return std::nullopt;
    if (!std::all_of(whole.begin(), whole.end(), is_exact_digit) ||
        !std::all_of(decimals.begin(), decimals.end(), is_exact_digit))
        return std::nullopt;
    std::optional<ExactNumber> number = exact_number_of(whole, decimals, power);
    if (number && negative)
        number->mantissa = -number->mantissa;
    return number;
}

std::optional<ExactNumber> parse_dollars(std::string_view text) {
    text = without_outer_blanks(text);
    const bool bracketed = text.starts_with('(') && text.ends_with(')');
    if (bracketed)
        text = text.substr(1, text.size() - 2);
    const bool signed_first = !bracketed && text.starts_with('-');
    if (signed_first)
        text.remove_prefix(1);
    bool marked = false;
    for (const std::string_view mark : {"USD", "US$", "$"}) {
        if (!marked && take_mark(text, mark))
            marked = true;
    }
    text = without_outer_blanks(text);
    if (signed_first && (text.starts_with('-') || text.starts_with('+')))
        return std::nullopt;
    std::optional<ExactNumber> number = parse_exact(text);
    if (number && bracketed && number->mantissa < 0)
        return std::nullopt;
    if (number && (bracketed || signed_first))
        number->mantissa = -number->mantissa;
    return number;
}

std::optional<Int128> multiply_ratio(std::int64_t a, Int128 numerator, Int128 denominator) {
    constexpr Int128 kLimit = Int128{1} << kLimitBits;
    SPILLWAY_CHECK(denominator > 0 && denominator < kLimit && numerator >= 0 && numerator < kLimit,
                   "a ratio is out of range");
    const bool negative = a < 0;
    const UInt128 size = negative ? -static_cast<UInt128>(a) : static_cast<UInt128>(a);
    const auto below = static_cast<UInt128>(denominator);
    UInt128 result = 0;
    if (__builtin_mul_overflow(size, static_cast<UInt128>(numerator / denominator), &result) ||
        result >= static_cast<UInt128>(kLimit))
        return std::nullopt;
    // The rest times the size, bit by bit: their product may need 190 bits.
    const auto part = static_cast<UInt128>(numerator % denominator);
    UInt128 quotient = 0;
    UInt128 rest = 0;
    for (int bit = 63; bit >= 0; --bit) {
        quotient *= 2;
        rest = rest * 2 + ((size >> bit & 1) != 0 ? part : 0);
        for (; rest >= below; rest -= below) ++quotient;
    }
    result += quotient;
    if (rest * 2 > below || (rest * 2 == below && result % 2 == 1))
        ++result;
    const auto whole = static_cast<Int128>(result);
    return negative ? -whole : whole;
}

std::optional<Int128> whole_units(const ExactNumber& number, Int128 unit) {
    constexpr Int128 kLimit = Int128{1} << kLimitBits;
    constexpr int kMostPower = 36;
    const int down = std::max(0, -number.exponent);
    Int128 numerator = unit;
    for (int i = 0; i < number.exponent; ++i) {
        if (numerator >= kLimit / 10)
            return std::nullopt;
        numerator *= 10;
    }
    if (down <= kMostPower)
        return multiply_ratio(number.mantissa, numerator, power_of_ten_128(down));
    return multiply_ratio(number.mantissa, numerator / power_of_ten_128(down - kMostPower),
                          power_of_ten_128(kMostPower));
}

std::optional<Money> money_of_dollars(const ExactNumber& dollars) {
    const std::optional<Int128> nanos = whole_units(dollars, power_of_ten_128(kNanoDigits));
    if (!nanos || *nanos > std::numeric_limits<std::int64_t>::max() / 2 ||
        *nanos < std::numeric_limits<std::int64_t>::min() / 2)
        return std::nullopt;
    return Money::from_nanos(static_cast<std::int64_t>(*nanos));
}

bool is_finer_than_nanos(const ExactNumber& dollars) noexcept { return dollars.exponent < -kNanoDigits; }

}  // namespace spillway
