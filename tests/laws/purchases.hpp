#pragma once

#include "sim/billing/contract.hpp"
#include "tests/laws/scenario.hpp"

namespace spillway::laws {

/// What a drawn pool pays: a random price, rounding, minimum and billed states.
Purchase draw_purchase(const PoolPlan& pool);

}  // namespace spillway::laws
