#pragma once

#include <optional>

#include "app/run/run_result.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// From the measured window to a month: what usage is multiplied by before it is priced.
struct MonthPlan {
    MonthBasis basis = MonthBasis::kTooShort;
    std::optional<Ratio> scale;  ///< empty: no month can be told
};

/// A week of traffic or more stands for every week. Less does only with the scenario's month_shape: the
/// window is then the share of the week that its hours weigh. A fleet that did not settle has no month.
MonthPlan plan_month(const Scenario& scenario, SimTime horizon, bool settled);

}  // namespace spillway
