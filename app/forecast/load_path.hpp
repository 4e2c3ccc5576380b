#pragma once

#include <optional>
#include <vector>

#include "app/forecast/forecast_rules.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// A part of a month with one load.
struct LoadSpan {
    double load = 1;  ///< times the traffic of the scenario
    Duration length{0};
    bool operator==(const LoadSpan&) const = default;
};

/// A month ahead: its own load first, then its events, in the order in which they were given.
struct MonthLoad {
    int number = 1;
    std::optional<CalendarMonth> calendar;
    double load = 1;              ///< outside events: growth x season
    std::vector<LoadSpan> spans;  ///< as long as a month together; none of no length
};

/// Month m has the load (1 + growth)^(m - 1) x its season's factor; an event's is that of its month times its
/// own. `has_start`: the scenario says when its traffic begins, and the first month is that one unless the
/// rules say otherwise. Throws InputError for a season or a date without a calendar, for an event outside the
/// months and for events that do not fit into their month.
std::vector<MonthLoad> plan_loads(const ForecastRules& rules, const Scenario& scenario, bool has_start);

/// Every load of these months, once, ascending.
std::vector<double> loads_of(const std::vector<MonthLoad>& months);

}  // namespace spillway
