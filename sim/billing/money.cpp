#include "sim/billing/money.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string_view>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::int64_t kNanosPerDollar = 1'000'000'000;
constexpr std::size_t kMaxTerms = 8;

UInt128 magnitude(Int128 value) {
    return value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

UInt128 greatest_common_divisor(UInt128 a, UInt128 b) {
    while (b != 0) {
        const UInt128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/// The magnitudes of one side of a fraction.
struct Terms {
    std::array<UInt128, kMaxTerms> values{};
    std::size_t size = 0;
    bool negative = false;

    void add(Int128 value) {
        SPILLWAY_CHECK(size < kMaxTerms, "too many terms in one price");
        values[size++] = magnitude(value);
        negative ^= value < 0;
    }
    UInt128 product() const {
        UInt128 result = 1;
        for (std::size_t i = 0; i < size; ++i) {
            const bool overflow = __builtin_mul_overflow(result, values[i], &result);
            SPILLWAY_CHECK(!overflow, "usage times price does not fit 128 bits");
        }
        return result;
    }
};

/// Divides out what the two sides share, so that their products stay small.
void cancel(Terms& above, Terms& below) {
    for (std::size_t i = 0; i < above.size; ++i) {
        for (std::size_t j = 0; j < below.size; ++j) {
            const UInt128 common = greatest_common_divisor(above.values[i], below.values[j]);
            if (common <= 1)
                continue;
            above.values[i] /= common;
            below.values[j] /= common;
        }
    }
}

std::int64_t divide_half_even(UInt128 numerator, UInt128 denominator) {
    UInt128 quotient = numerator / denominator;
    const UInt128 rest = numerator % denominator;
    const UInt128 other = denominator - rest;
    if (rest > other || (rest == other && quotient % 2 == 1))
        ++quotient;
    SPILLWAY_CHECK(quotient <= static_cast<UInt128>(std::numeric_limits<std::int64_t>::max()),
                   "an amount of money does not fit");
    return static_cast<std::int64_t>(quotient);
}

}  // namespace

Money& Money::operator+=(Money other) {
    const bool overflow = __builtin_add_overflow(nanos_, other.nanos_, &nanos_);
    SPILLWAY_CHECK(!overflow, "a sum of money does not fit");
    return *this;
}

Money& Money::operator-=(Money other) {
    const bool overflow = __builtin_sub_overflow(nanos_, other.nanos_, &nanos_);
    SPILLWAY_CHECK(!overflow, "a difference of money does not fit");
    return *this;
}

Money money_of(std::initializer_list<Int128> factors, std::initializer_list<Int128> divisors) {
    Terms above;
    Terms below;
    above.add(kNanosPerDollar);
    for (const Int128 factor : factors) above.add(factor);
    for (const Int128 divisor : divisors) {
        SPILLWAY_CHECK(divisor != 0, "a price divided by nothing");
        below.add(divisor);
    }
    for (std::size_t i = 0; i < above.size; ++i) {
        if (above.values[i] == 0)
            return Money{};
    }
    cancel(above, below);
    const std::int64_t nanos = divide_half_even(above.product(), below.product());
    return Money::from_nanos(above.negative != below.negative ? -nanos : nanos);
}

double to_usd(Money money) noexcept { return static_cast<double>(money.nanos()) / 1e9; }

std::string exact_usd(Money money) {
    const UInt128 nanos = magnitude(money.nanos());
    std::string text = fmt::format("{}{}", money.nanos() < 0 ? "-" : "",
                                   static_cast<std::uint64_t>(nanos / kNanosPerDollar));
    const auto rest = static_cast<std::uint64_t>(nanos % kNanosPerDollar);
    if (rest == 0)
        return text;
    text += fmt::format(".{:09}", rest);
    text.resize(text.find_last_not_of('0') + 1);
    return text;
}

std::string format_money(Money money, int decimals) {
    SPILLWAY_CHECK(decimals >= 0 && decimals <= 9, "money has at most nine digits after the point");
    std::uint64_t per_dollar = 1;
    for (int i = 0; i < decimals; ++i) per_dollar *= 10;
    const std::uint64_t step = kNanosPerDollar / per_dollar;
    const auto rounded = static_cast<std::uint64_t>(divide_half_even(magnitude(money.nanos()), step));
    const std::string_view sign = money.nanos() < 0 && rounded != 0 ? "-" : "";
    if (decimals == 0)
        return fmt::format("{}${}", sign, rounded);
    return fmt::format("{}${}.{:0{}}", sign, rounded / per_dollar, rounded % per_dollar, decimals);
}

}  // namespace spillway
