#pragma once

#include "app/scenario/scenario.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway {

/// The price book that comes with the program, with what the scenario's own price file says laid over it.
/// Throws InputError for a file that is not there or cannot be read.
PriceBook scenario_prices(const Scenario& scenario);

}  // namespace spillway
