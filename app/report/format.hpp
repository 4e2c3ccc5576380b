#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/billing/money.hpp"
#include "sim/core/time.hpp"

namespace spillway {

// Figures for people. Three digits that matter, a unit that fits.

/// "0 s", "840 µs", "2.13 s", "4.2 min", "3.1 h".
std::string show(Duration duration);
std::string show_seconds(double seconds);
/// "never" for an empty one where `requests` is above 0, else "-".
std::string show(const std::optional<Duration>& duration, std::uint64_t requests);
/// "12.3%", "0%", "<0.01%".
std::string show_share(double share);
/// "$3.50", "$0.000182": three digits that matter, at least cents.
std::string show_usd(double usd);
/// "$1,234.5678": exact to so many decimals.
std::string show_money(Money money, int decimals);
/// "25.9", "20,806": a plain number, three digits that matter or whole.
std::string show_amount(double amount);
/// "80 GiB".
std::string show_gib(std::int64_t bytes);
/// "19,366".
std::string show_count(std::uint64_t count);
/// "1 request", "19,366 requests": a noun whose plural ends in s.
std::string show_counted(std::uint64_t count, std::string_view noun);

}  // namespace spillway
