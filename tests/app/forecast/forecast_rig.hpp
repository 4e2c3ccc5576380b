#pragma once

#include <string>
#include <string_view>

#include "app/forecast/forecast.hpp"
#include "app/study/scenario_file.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {

/// A folder with a week of traffic, a request each hour on the half hour, of 1,000 tokens and 100 tokens; and
/// scenarios whose bills can be worked out by hand.
struct ForecastRig {
    ScratchDir folder;

    ForecastRig();
    /// Two workers around the clock at $2 an hour: $2,880 a month.
    ScenarioFile fixed_fleet() const;
    /// A pay-per-token API at $1 and $5 a million: $0.0015 a request, $1.08 a month. `price` is added to its
    /// prices.
    ScenarioFile api(std::string_view price = {}) const;
    /// Workers of one slot that start and stop at once, paid by use: 0.05 requests a second (drawn) of 4 s
    /// (drawn) at $4 an hour, $576 a month. `service` is added to the service.
    ScenarioFile by_use(std::string_view service = {}, int seed = 1) const;
    ScenarioFile file(const std::string& text) const;
};

/// Nothing is drawn but starts, routing and patience.
ForecastRules only_luck();

}  // namespace spillway::tests
