#pragma once

#include <string>
#include <vector>

#include "sim/billing/price_book.hpp"

namespace spillway {

// Lists of prices: for people, for spreadsheets, for programs. Each has a row a price, in the order given.

std::string price_table(const std::vector<const PriceBook::Entry*>& prices);
std::string price_csv(const std::vector<const PriceBook::Entry*>& prices);
std::string price_json(const std::vector<const PriceBook::Entry*>& prices);

}  // namespace spillway
