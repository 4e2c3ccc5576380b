#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "sim/core/int128.hpp"

namespace spillway {

/// An exact amount of US dollars in nano-dollars; 64 bits reach nine billion dollars. Arithmetic that does
/// not fit is our own bug (CHECK).
class Money {
public:
    constexpr Money() = default;
    static constexpr Money from_nanos(std::int64_t nanos) {
        Money money;
        money.nanos_ = nanos;
        return money;
    }

    constexpr std::int64_t nanos() const noexcept { return nanos_; }
    // NOLINTNEXTLINE(modernize-use-nullptr): the check stumbles over what the compiler generates
    constexpr auto operator<=>(const Money&) const noexcept = default;

    Money& operator+=(Money other);
    Money& operator-=(Money other);
    friend Money operator+(Money a, Money b) { return a += b; }
    friend Money operator-(Money a, Money b) { return a -= b; }
    Money operator-() const { return Money{} - *this; }

private:
    std::int64_t nanos_ = 0;
};

/// The product of `factors` over the product of `divisors`, in dollars, rounded once to a nano-dollar, half
/// to even. Requires: no divisor is 0. A result beyond Money, or factors that share nothing with the divisors
/// and do not fit 128 bits together, fail a CHECK.
Money money_of(std::initializer_list<Int128> factors, std::initializer_list<Int128> divisors);

/// For statistics and ratios only: the nearest double.
double to_usd(Money money) noexcept;

/// Every digit that matters and no other: "12.345678901", "-0.5", "3". A JSON number.
std::string exact_usd(Money money);

/// "$12.35", "-$0.000116": rounded half to even to `decimals` (0 to 9) digits after the point.
std::string format_money(Money money, int decimals);

}  // namespace spillway
