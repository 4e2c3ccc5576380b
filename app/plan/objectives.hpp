#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "app/study/estimate.hpp"
#include "app/study/metric.hpp"

namespace spillway {

/// An objective as a plan judges it: the figure's mean over replications against its limit.
struct PlannedObjective {
    std::string text;  ///< as the user wrote it, with its class
    Metric metric;
    double limit = 0;  ///< in seconds, or a share
};

/// Those of a scenario. Throws InputError when it has none.
std::vector<PlannedObjective> planned_objectives(const Scenario& scenario);

enum class Standing : std::uint8_t {
    kHolds,   ///< the whole 95% interval lies below the limit
    kOpen,    ///< it reaches beyond it
    kMisses,  ///< none of it lies below, or the figure is never reached
};
/// "holds", "unclear", "misses".
std::string_view standing_name(Standing standing) noexcept;

Standing standing_of(const PlannedObjective& objective, const Estimate& figure);

}  // namespace spillway
