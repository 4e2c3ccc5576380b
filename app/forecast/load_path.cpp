#include "app/forecast/load_path.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// The month of the forecast that an event is in, from 0.
std::size_t month_of_event(const ForecastEvent& event, const std::vector<MonthLoad>& months) {
    int number = event.month.value_or(0);
    if (event.calendar) {
        if (!months.front().calendar)
            throw InputError("--event", fmt::format("\"{}\" names a month of the calendar", event.text),
                             "--from 2027-01 says which the first is");
        number = event.calendar->count - months.front().calendar->count + 1;
    }
    if (number < 1 || number > static_cast<int>(months.size()))
        throw InputError(
            "--event",
            fmt::format("\"{}\" is in none of the {}", event.text, show_counted(months.size(), "month")),
            "--months says how many there are");
    return static_cast<std::size_t>(number - 1);
}

void add_event(const ForecastEvent& event, std::vector<MonthLoad>& months) {
    MonthLoad& month = months[month_of_event(event, months)];
    LoadSpan& usual = month.spans.front();
    if (event.length > usual.length)
        throw InputError("--event", fmt::format("\"{}\" does not fit into its month", event.text));
    usual.length -= event.length;
    month.spans.push_back({month.load * event.factor, event.length});
}

}  // namespace

std::vector<MonthLoad> plan_loads(const ForecastRules& rules, const Scenario& scenario, bool has_start) {
    std::optional<CalendarMonth> first = rules.from;
    if (!first && has_start)
        first = calendar_month_of(scenario.wall_clock);
    if (rules.season && !first)
        throw InputError("--season", "is about months of the calendar",
                         "--from 2027-01 says which the first is");
    std::vector<MonthLoad> months(static_cast<std::size_t>(rules.months));
    for (std::size_t i = 0; i < months.size(); ++i) {
        MonthLoad& month = months[i];
        month.number = static_cast<int>(i) + 1;
        month.load = std::pow(1 + rules.growth, static_cast<double>(i));
        if (first)
            month.calendar = CalendarMonth{first->count + static_cast<int>(i)};
        if (rules.season)
            month.load *= (*rules.season)[static_cast<std::size_t>(month.calendar->month_of_year())];
        month.spans = {{month.load, scenario.month}};
    }
    for (const ForecastEvent& event : rules.events) add_event(event, months);
    for (MonthLoad& month : months)
        std::erase_if(month.spans, [](const LoadSpan& span) { return span.length == Duration::zero(); });
    return months;
}

std::vector<double> loads_of(const std::vector<MonthLoad>& months) {
    std::vector<double> loads;
    for (const MonthLoad& month : months) {
        for (const LoadSpan& span : month.spans) loads.push_back(span.load);
    }
    std::sort(loads.begin(), loads.end());
    loads.erase(std::unique(loads.begin(), loads.end()), loads.end());
    return loads;
}

}  // namespace spillway
