#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/study/vary.hpp"
#include "sim/billing/money.hpp"

namespace spillway {

/// A month of the calendar, counted from January of the year 0.
struct CalendarMonth {
    int count = 0;

    int month_of_year() const noexcept { return count % 12; }  ///< 0: January
    std::string text() const;                                  ///< "2027-01"
};

/// "2027-01". Throws InputError at `where`.
CalendarMonth parse_calendar_month(const std::string& text, const std::string& where);
/// The one that a wall clock is in; seconds since 1970.
CalendarMonth calendar_month_of(std::int64_t wall_clock);

/// What each month of the year multiplies the load by, January first; empty: no season.
using SeasonFactors = std::optional<std::array<double, 12>>;

/// "dec=1.5" into `season`, or all twelve, "1,1,1.1,...". Throws InputError at `where`, for a month that was
/// given before too.
void parse_season(const std::string& text, const std::string& where, SeasonFactors& season);

/// A time with another load, once.
struct ForecastEvent {
    std::string text;          ///< as the user wrote it
    std::optional<int> month;  ///< of the forecast, from 1; empty: `calendar` says which
    std::optional<CalendarMonth> calendar;
    double factor = 1;  ///< times the load of its month
    Duration length{0};
};

/// "month 3: x4 for 2d", "2027-03: x4 for 2d", "2027-03-14: x4 for 2d". Throws InputError at `where`.
ForecastEvent parse_forecast_event(const std::string& text, const std::string& where);

struct ForecastRules {
    int months = 12;
    double growth = 0;  ///< of the load, a month: 0.1
    SeasonFactors season;
    std::vector<ForecastEvent> events;
    std::optional<CalendarMonth>
        from;                       ///< which the first month is; empty: where the scenario's `start` lies
    std::optional<Money> budget;    ///< of a month
    std::optional<int> lead;        ///< months that today's quota has to last; empty: all of them
    std::uint64_t windows = 20;     ///< runs at each load and draw of the models: 2 and more
    std::uint64_t model_draws = 4;  ///< where a model states its error and it varies
    Vary vary;
};

}  // namespace spillway
