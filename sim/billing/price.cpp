#include "sim/billing/price.hpp"

#include <fmt/format.h>

#include <array>
#include <numeric>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

struct UnitEntry {
    std::string_view text;
    PriceUnit unit;
    Measure measure;
};
// The first text of a unit is how it is printed.
constexpr std::array kUnits{
    UnitEntry{"s", PriceUnit::kSecond, Measure::kTime},
    UnitEntry{"min", PriceUnit::kMinute, Measure::kTime},
    UnitEntry{"h", PriceUnit::kHour, Measure::kTime},
    UnitEntry{"month", PriceUnit::kMonth, Measure::kTime},
    UnitEntry{"vCPU-s", PriceUnit::kVcpuSecond, Measure::kVcpuTime},
    UnitEntry{"core-s", PriceUnit::kVcpuSecond, Measure::kVcpuTime},
    UnitEntry{"vCPU-h", PriceUnit::kVcpuHour, Measure::kVcpuTime},
    UnitEntry{"core-h", PriceUnit::kVcpuHour, Measure::kVcpuTime},
    UnitEntry{"GiB-s", PriceUnit::kGibSecond, Measure::kByteTime},
    UnitEntry{"GiB-h", PriceUnit::kGibHour, Measure::kByteTime},
    UnitEntry{"GB-s", PriceUnit::kGbSecond, Measure::kByteTime},
    UnitEntry{"GB-month", PriceUnit::kGbMonth, Measure::kByteTime},
    UnitEntry{"GiB-month", PriceUnit::kGibMonth, Measure::kByteTime},
    UnitEntry{"GB", PriceUnit::kGb, Measure::kBytes},
    UnitEntry{"GiB", PriceUnit::kGib, Measure::kBytes},
    UnitEntry{"Mtok", PriceUnit::kMillionTokens, Measure::kTokens},
    UnitEntry{"ktok", PriceUnit::kThousandTokens, Measure::kTokens},
    UnitEntry{"request", PriceUnit::kRequest, Measure::kRequests},
};

const UnitEntry& entry_of(PriceUnit unit) noexcept {
    for (const UnitEntry& entry : kUnits) {
        if (entry.unit == unit)
            return entry;
    }
    return kUnits.front();
}

constexpr Int128 power_of_ten(int exponent) {
    Int128 result = 1;
    for (int i = 0; i < exponent; ++i) result *= 10;
    return result;
}

constexpr int kMaxDigits = 13;
constexpr int kMaxDecimals = 12;

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative)
        text.remove_prefix(1);
    Decimal result;
    int digits = 0;
    bool point = false;
    bool any = false;
    for (const char c : text) {
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return std::nullopt;
        any = true;
        result.mantissa = result.mantissa * 10 + (c - '0');
        if (result.mantissa != 0 && ++digits > kMaxDigits)
            return std::nullopt;
        if (point && ++result.decimals > kMaxDecimals)
            return std::nullopt;
    }
    if (!any)
        return std::nullopt;
    if (negative)
        result.mantissa = -result.mantissa;
    return result;
}

std::optional<Price> parse_price(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return std::nullopt;
    std::string amount{text.substr(0, slash)};
    const std::string_view unit = text.substr(slash + 1);
    const std::size_t dollar = amount.find('$');
    if (dollar > 1 || (dollar == 1 && amount[0] != '-'))
        return std::nullopt;
    amount.erase(dollar, 1);
    const std::optional<Decimal> decimal = parse_decimal(amount);
    if (!decimal)
        return std::nullopt;
    for (const UnitEntry& entry : kUnits) {
        if (entry.text == unit)
            return Price{*decimal, entry.unit};
    }
    return std::nullopt;
}

std::string format_price(const Price& price) {
    const bool negative = price.amount.mantissa < 0;
    std::string digits = fmt::format("{}", negative ? -price.amount.mantissa : price.amount.mantissa);
    const auto decimals = static_cast<std::size_t>(price.amount.decimals);
    if (decimals > 0) {
        if (digits.size() <= decimals)
            digits.insert(0, decimals + 1 - digits.size(), '0');
        digits.insert(digits.size() - decimals, ".");
    }
    return fmt::format("{}${}/{}", negative ? "-" : "", digits, entry_of(price.unit).text);
}

Measure measure_of(PriceUnit unit) noexcept { return entry_of(unit).measure; }

Int128 base_units(PriceUnit unit, Duration month) noexcept {
    constexpr Int128 kSecond = 1'000'000'000;
    constexpr Int128 kHour = 3600 * kSecond;
    constexpr Int128 kGb = 1'000'000'000;
    constexpr Int128 kGib = Int128{1} << 30;
    switch (unit) {
        case PriceUnit::kSecond:
            return kSecond;
        case PriceUnit::kMinute:
            return 60 * kSecond;
        case PriceUnit::kHour:
            return kHour;
        case PriceUnit::kMonth:
            return month.count();
        case PriceUnit::kVcpuSecond:
            return 1000 * kSecond;
        case PriceUnit::kVcpuHour:
            return 1000 * kHour;
        case PriceUnit::kGibSecond:
            return kGib * kSecond;
        case PriceUnit::kGibHour:
            return kGib * kHour;
        case PriceUnit::kGbSecond:
            return kGb * kSecond;
        case PriceUnit::kGbMonth:
            return kGb * month.count();
        case PriceUnit::kGibMonth:
            return kGib * month.count();
        case PriceUnit::kGb:
            return kGb;
        case PriceUnit::kGib:
            return kGib;
        case PriceUnit::kMillionTokens:
            return 1'000'000;
        case PriceUnit::kThousandTokens:
            return 1'000;
        case PriceUnit::kRequest:
            return 1;
    }
    return 1;
}

Price multiply(const Price& price, const Decimal& factor) {
    Price result = price;
    const bool overflow =
        __builtin_mul_overflow(price.amount.mantissa, factor.mantissa, &result.amount.mantissa);
    result.amount.decimals += factor.decimals;
    SPILLWAY_CHECK(!overflow && result.amount.decimals <= 2 * kMaxDecimals,
                   "a multiplied price does not fit");
    while (result.amount.decimals > 0 && result.amount.mantissa % 10 == 0) {
        result.amount.mantissa /= 10;
        --result.amount.decimals;
    }
    return result;
}

Money charge(Int128 usage, const Price& price, Duration month, Ratio part, Ratio scale) {
    return money_of({usage, price.amount.mantissa, part.numerator, scale.numerator},
                    {power_of_ten(price.amount.decimals), base_units(price.unit, month), part.denominator,
                     scale.denominator});
}

}  // namespace spillway
