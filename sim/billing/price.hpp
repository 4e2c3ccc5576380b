#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/billing/money.hpp"
#include "sim/core/config.hpp"
#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What is counted. Usage is a whole number of the base unit in parentheses.
enum class Measure : std::uint8_t {
    kTime,      ///< of an instance or of a GPU (ns)
    kVcpuTime,  ///< thousandths of a vCPU times ns
    kByteTime,  ///< memory or disk (bytes times ns)
    kBytes,     ///< moved out (bytes)
    kTokens,    ///< (tokens)
    kRequests,  ///< (requests)
};

enum class PriceUnit : std::uint8_t {
    kSecond,
    kMinute,
    kHour,
    kMonth,
    kVcpuSecond,
    kVcpuHour,
    kGibSecond,
    kGibHour,
    kGbSecond,
    kGbMonth,
    kGibMonth,
    kGb,
    kGib,
    kMillionTokens,
    kThousandTokens,
    kRequest,
};

/// A number as it was written: mantissa x 10^-decimals.
struct Decimal {
    std::int64_t mantissa = 0;
    int decimals = 0;
    bool operator==(const Decimal&) const = default;
};

/// A vendor's own amount and unit. It never passes through a floating-point number: $/h converted to a $/s of
/// six digits is off by more than a dollar a month.
struct Price {
    Decimal amount;
    PriceUnit unit = PriceUnit::kHour;
    bool operator==(const Price&) const = default;
};

/// "2.49", "-3", ".5": at most 13 digits and 12 decimals. Empty for anything else.
std::optional<Decimal> parse_decimal(std::string_view text);

/// "$2.49/h", "$0.00019/s", "$0.09/GB", "$0.0000131/core-s", "$0.15/Mtok"; a negative amount is understood,
/// so that its reader can say what is wrong with it. Empty for anything else, a missing unit included.
std::optional<Price> parse_price(std::string_view text);

/// As parse_price reads it back.
std::string format_price(const Price& price);

Measure measure_of(PriceUnit unit) noexcept;

/// How many base units of its measure one unit of the price is. `month` is how long a month lasts.
Int128 base_units(PriceUnit unit, Duration month) noexcept;

/// `price` x `factor`, exactly. CHECKs that it fits.
Price multiply(const Price& price, const Decimal& factor);

/// A part or a multiple of a usage or of a price.
struct Ratio {
    std::int64_t numerator = 1;
    std::int64_t denominator = 1;
};

/// usage x part x scale at `price`, rounded once to a nano-dollar, half to even. `usage` is in base units.
Money charge(Int128 usage, const Price& price, Duration month, Ratio part = {}, Ratio scale = {});

/// The price in `node`, not negative and per a unit of `measure`; InputError otherwise, showing the form.
Price read_price(const ConfigNode& node, Measure measure);

}  // namespace spillway
