#pragma once

#include <string>
#include <vector>

#include "app/cli/options.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway {

// The two topics of `spillway list` that can be asked in detail.

/// The catalogue, with the file that --prices names laid over it.
PriceBook price_book_of(const Options& options);

/// --gpu, --platform, --kind, --region, --sort and --prices say which.
std::string prices_text(const Options& options);
/// A table, or what the named platforms set, with --gpu for one GPU.
std::string platforms_text(const std::vector<std::string>& names, const Options& options);

/// Writes the same to what --json and --csv name. Returns whether standard output is taken.
bool write_prices(const Options& options);
bool write_platforms(const std::vector<std::string>& names, const Options& options);

}  // namespace spillway
