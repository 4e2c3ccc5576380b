#pragma once

#include <string_view>

namespace spillway {

/// Whether `text` says when a price was valid: "2026-08-22", "2026-08", "2026", or a range of two such,
/// "2025-08-25..2026-05-13". Months and days of no calendar are refused; which month has 31 days is not
/// asked.
bool is_price_date(std::string_view text) noexcept;

}  // namespace spillway
