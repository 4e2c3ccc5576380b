#include "sim/core/parse_units.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <span>

#include "sim/core/int128.hpp"

namespace spillway {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t scale;  ///< in the smallest unit of its kind
};

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::array kDurationUnits{
    Unit{"ns", 1},
    Unit{"us", 1'000},
    Unit{"ms", 1'000'000},
    Unit{"s", kSecond},
    Unit{"m", 60 * kSecond},
    Unit{"h", 3600 * kSecond},
    Unit{"d", 86400 * kSecond},
    Unit{"w", 604800 * kSecond},
};
constexpr std::array kByteUnits{
    Unit{"B", 1},
    Unit{"kB", 1'000},
    Unit{"MB", 1'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"TB", 1'000'000'000'000},
    Unit{"KiB", std::uint64_t{1} << 10},
    Unit{"MiB", std::uint64_t{1} << 20},
    Unit{"GiB", std::uint64_t{1} << 30},
    Unit{"TiB", std::uint64_t{1} << 40},
};
constexpr std::array kBitUnits{
    Unit{"bit", 1},
    Unit{"kbit", 1'000},
    Unit{"Mbit", 1'000'000},
    Unit{"Gbit", 1'000'000'000},
    Unit{"Tbit", 1'000'000'000'000},
};
constexpr std::array kPeriods{Unit{"s", 1}, Unit{"min", 60}, Unit{"h", 3600}, Unit{"d", 86400}};

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
    for (const Unit& unit : units) {
        if (unit.name == name)
            return &unit;
    }
    return nullptr;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the longest prefix whose characters satisfy `wanted` off `text`.
template <class Predicate>
std::string_view take_while(std::string_view& text, Predicate wanted) {
    std::size_t length = 0;
    while (length < text.size() && wanted(text[length])) ++length;
    const std::string_view taken = text.substr(0, length);
    text.remove_prefix(length);
    return taken;
}

/// Takes a leading sign off `text`; true for a minus.
bool take_minus(std::string_view& text) {
    if (text.empty() || text.front() != '-')
        return false;
    text.remove_prefix(1);
    return true;
}

/// `number` ("12", "0.5", ".5") times `scale` as an integer, rounded to nearest, half up. Decimals are
/// integers here: no binary fraction ever stands between the text and the result. Empty for bad digits and
/// for what exceeds int64.
std::optional<std::uint64_t> scaled_decimal(std::string_view number, std::uint64_t scale) {
    // 18 digits of a week are 0.0006 ns: what is cut off could only matter within that of a rounding tie.
    constexpr std::size_t kFractionDigits = 18;
    constexpr UInt128 kLimit = static_cast<UInt128>(std::numeric_limits<std::int64_t>::max()) + 1;
    const std::string_view whole_text = take_while(number, is_digit);
    std::string_view fraction_text;
    if (!number.empty() && number.front() == '.') {
        number.remove_prefix(1);
        fraction_text = take_while(number, is_digit);
    }
    if (!number.empty() || whole_text.size() + fraction_text.size() == 0)
        return std::nullopt;
    UInt128 whole = 0;
    for (const char c : whole_text) {
        whole = whole * 10 + static_cast<unsigned>(c - '0');
        if (whole > kLimit)
            return std::nullopt;
    }
    UInt128 fraction = 0;
    UInt128 denominator = 1;
    for (const char c : fraction_text.substr(0, kFractionDigits)) {
        fraction = fraction * 10 + static_cast<unsigned>(c - '0');
        denominator *= 10;
    }
    const UInt128 result = whole * scale + (fraction * scale + denominator / 2) / denominator;
    if (result > kLimit)
        return std::nullopt;
    return static_cast<std::uint64_t>(result);
}

std::optional<std::int64_t> with_sign(UInt128 magnitude, bool minus) {
    constexpr auto kMax = static_cast<UInt128>(std::numeric_limits<std::int64_t>::max());
    if (magnitude > kMax + (minus ? 1U : 0U))
        return std::nullopt;
    const auto value = static_cast<std::uint64_t>(magnitude);
    return static_cast<std::int64_t>(minus ? ~value + 1 : value);
}

constexpr bool is_decimal(char c) { return is_digit(c) || c == '.'; }

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// "3.2GB" as a plain number of the smallest unit, for rates.
std::optional<double> quantity(std::string_view text, std::span<const Unit> units) {
    const std::optional<double> number = parse_number(take_while(text, is_decimal));
    const Unit* unit = find_unit(units, text);
    if (!number || unit == nullptr)
        return std::nullopt;
    return *number * static_cast<double>(unit->scale);
}

/// Exactly `width` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
    if (text.size() < width)
        return std::nullopt;
    std::string_view digits = text.substr(0, width);
    text.remove_prefix(width);
    for (const char c : digits) {
        if (!is_digit(c))
            return std::nullopt;
    }
    return whole_text_as<int>(digits);
}

/// The same behind a separator, and below `limit`.
std::optional<int> take_digits_after(std::string_view& text, char separator, int limit) {
    if (text.empty() || text.front() != separator)
        return std::nullopt;
    text.remove_prefix(1);
    const std::optional<int> value = take_digits(text, 2);
    return value && *value < limit ? value : std::nullopt;
}

/// `magnitude` nanoseconds as a decimal of `unit`, or empty when no decimal of ten places is exact.
std::optional<std::string> decimal_of(std::uint64_t magnitude, const Unit& unit) {
    std::string text = std::to_string(magnitude / unit.scale);
    UInt128 rest = magnitude % unit.scale;
    if (rest != 0)
        text += '.';
    for (int place = 0; rest != 0; ++place) {
        if (place == 10)
            return std::nullopt;
        rest *= 10;
        text += static_cast<char>('0' + static_cast<int>(rest / unit.scale));
        rest %= unit.scale;
    }
    return text + std::string(unit.name);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const bool minus = take_minus(text);
    UInt128 total = 0;
    std::uint64_t previous_scale = std::numeric_limits<std::uint64_t>::max();
    do {
        const std::string_view number = take_while(text, is_decimal);
        const Unit* unit = find_unit(kDurationUnits, take_while(text, [](char c) { return !is_decimal(c); }));
        if (unit == nullptr || unit->scale >= previous_scale)
            return std::nullopt;
        const std::optional<std::uint64_t> part = scaled_decimal(number, unit->scale);
        if (!part)
            return std::nullopt;
        total += *part;
        previous_scale = unit->scale;
    } while (!text.empty());
    const std::optional<std::int64_t> count = with_sign(total, minus);
    if (!count)
        return std::nullopt;
    return Duration{*count};
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
    const std::string_view number = take_while(text, is_decimal);
    const Unit* unit = find_unit(kByteUnits, text);
    if (unit == nullptr)
        return std::nullopt;
    const std::optional<std::uint64_t> bytes = scaled_decimal(number, unit->scale);
    if (!bytes)
        return std::nullopt;
    return with_sign(*bytes, false);
}

std::optional<double> parse_byte_rate(std::string_view text) {
    constexpr std::string_view kPerSecond = "/s";
    if (!text.ends_with(kPerSecond))
        return std::nullopt;
    text.remove_suffix(kPerSecond.size());
    if (const std::optional<double> bytes = quantity(text, kByteUnits))
        return bytes;
    const std::optional<double> bits = quantity(text, kBitUnits);
    return bits ? std::optional{*bits / 8} : std::nullopt;
}

std::optional<double> parse_rate(std::string_view text) {
    const std::optional<double> number = parse_number(take_while(text, is_decimal));
    if (!number || text.empty() || text.front() != '/')
        return std::nullopt;
    const Unit* period = find_unit(kPeriods, text.substr(1));
    if (period == nullptr)
        return std::nullopt;
    return *number / static_cast<double>(period->scale);
}

std::optional<double> parse_ratio(std::string_view text) {
    if (!text.ends_with('%'))
        return parse_number(text);
    // 99.9 / 100 is not the double nearest to 0.999; the decimal shift is.
    return parse_number(std::string(text.substr(0, text.size() - 1)) + "e-2");
}

std::optional<double> parse_number(std::string_view text) {
    const std::optional<double> value = whole_text_as<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) { return whole_text_as<std::int64_t>(text); }

std::optional<std::int64_t> parse_wall_clock(std::string_view text) {
    const std::optional<int> year = take_digits(text, 4);
    const std::optional<int> month = take_digits_after(text, '-', 13);
    const std::optional<int> day = take_digits_after(text, '-', 32);
    if (!year || !month || !day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok())
        return std::nullopt;
    std::int64_t seconds = std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86400};
    if (text.empty())
        return seconds;
    const std::optional<int> hour = take_digits_after(text, 'T', 24);
    const std::optional<int> minute = take_digits_after(text, ':', 60);
    if (!hour || !minute)
        return std::nullopt;
    seconds += *hour * 3600 + *minute * 60;
    if (text.empty())
        return seconds;
    const std::optional<int> second = take_digits_after(text, ':', 60);
    if (!second || !text.empty())
        return std::nullopt;
    return seconds + *second;
}

std::string format_duration(Duration duration) {
    if (duration == Duration::zero())
        return "0s";
    const bool minus = duration < Duration::zero();
    const auto count = static_cast<std::uint64_t>(duration.count());
    std::string shortest;
    for (const Unit& unit : kDurationUnits) {
        if (unit.name == "w")
            continue;  // people read "14d" more easily than "2w"
        const std::optional<std::string> text = decimal_of(minus ? ~count + 1 : count, unit);
        if (text && (shortest.empty() || text->size() < shortest.size()))
            shortest = *text;
    }
    return (minus ? "-" : "") + shortest;
}

}  // namespace spillway
