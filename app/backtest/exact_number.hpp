#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/billing/money.hpp"
#include "sim/core/int128.hpp"

namespace spillway {

/// A decimal number as an invoice has it, mantissa x 10^exponent: it never passes through a floating-point
/// one.
struct ExactNumber {
    std::int64_t mantissa = 0;  ///< 18 digits at most
    int exponent = 0;           ///< -40 to 18
    bool operator==(const ExactNumber&) const = default;
};

/// "1298.1", "-3", "1,298.10" (commas between groups of three), "1.2E-05", "+4". Digits behind the 18th that
/// matters are cut where they stand behind the point. Empty for anything else, a comma as the decimal point
/// included.
std::optional<ExactNumber> parse_exact(std::string_view text);

/// An amount of dollars: as parse_exact(), and with "$" or "USD" before or behind it, or in parentheses,
/// which say that it is negative. Empty for anything else.
std::optional<ExactNumber> parse_dollars(std::string_view text);

/// a x numerator / denominator, rounded once, half to even. Empty when it does not fit. Requires:
/// denominator > 0, numerator >= 0, both below 2^120.
std::optional<Int128> multiply_ratio(std::int64_t a, Int128 numerator, Int128 denominator);

/// The number times `unit`, rounded once to a whole number, half to even. Empty when that does not fit.
std::optional<Int128> whole_units(const ExactNumber& number, Int128 unit);

/// Dollars as money, rounded once to a nano-dollar. Empty when that does not fit.
std::optional<Money> money_of_dollars(const ExactNumber& dollars);

/// Whether money_of_dollars() rounds: there are digits below the nano-dollar.
bool is_finer_than_nanos(const ExactNumber& dollars) noexcept;

}  // namespace spillway
