#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// The lines of a pool's bill. Requires: it has one.
std::string bill_table(const PoolResult& pool);

/// From the textbook figure to the bill, difference by difference. Requires: it has one.
std::string reconciliation_table(const PoolResult& pool);

}  // namespace spillway
