#include "app/report/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace spillway {
namespace {

/// Three digits that matter, as a plain decimal.
std::string three_digits(double value) {
    const double size = std::abs(value);
    const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f}", value, decimals);
}

/// With commas between thousands: "-$1234.5" becomes "-$1,234.5".
std::string grouped(std::string number) {
    const std::size_t begin = number.find_first_of("0123456789");
    for (std::size_t i = std::min(number.find('.'), number.size()); i > begin + 3; i -= 3)
        number.insert(i - 3, ",");
    return number;
}

}  // namespace

std::string show_seconds(double seconds) {
    const double size = std::abs(seconds);
    if (size == 0)
        return "0 s";
    if (size < 0.9995e-3)
        return three_digits(seconds * 1e6) + " µs";
    if (size < 0.9995)
        return three_digits(seconds * 1e3) + " ms";
    if (size < 119.5)
        return three_digits(seconds) + " s";
    if (size < 2 * 3600)
        return three_digits(seconds / 60) + " min";
    if (size < 48 * 3600)
        return three_digits(seconds / 3600) + " h";
    return three_digits(seconds / 86400) + " d";
}

std::string show(Duration duration) { return show_seconds(to_seconds(duration)); }

std::string show(const std::optional<Duration>& duration, std::uint64_t requests) {
    if (duration)
        return show(*duration);
    return requests > 0 ? "never" : "-";
}

std::string show_share(double share) {
    const double percent = share * 100;
    if (percent == 0)
        return "0%";
    if (std::abs(percent) < 0.01)
        return percent > 0 ? "<0.01%" : "-<0.01%";
    if (percent > 99.99 && percent < 100)
        return ">99.99%";
    return three_digits(percent) + "%";
}

std::string show_usd(double usd) {
    const double size = std::abs(usd);
    int decimals = 2;
    if (size > 0 && size < 0.9995)
        decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 2, 9);
    return (usd < 0 ? "-$" : "$") + grouped(fmt::format("{:.{}f}", size, decimals));
}

std::string show_money(Money money, int decimals) { return grouped(format_money(money, decimals)); }

std::string show_amount(double amount) {
    return std::abs(amount) < 1000 ? three_digits(amount) : grouped(fmt::format("{:.0f}", amount));
}

std::string show_gib(std::int64_t bytes) {
    return fmt::format("{:.0f} GiB", static_cast<double>(bytes) / (1 << 30));
}

std::string show_count(std::uint64_t count) { return grouped(std::to_string(count)); }

std::string show_counted(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", show_count(count), noun, count == 1 ? "" : "s");
}

}  // namespace spillway
