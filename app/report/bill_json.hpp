#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// What a pool pays, line by line, and how that differs from the textbook: a JSON object as text.
std::string bill_json(const PoolBill& bill);

}  // namespace spillway
