#include "app/forecast/forecast_rules.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 12> kMonthNames{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};

std::vector<std::string> split_at(std::string_view text, char at) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(at, begin), text.size());
        std::string word(text.substr(begin, end - begin));
        word.erase(0, std::min(word.find_first_not_of(' '), word.size()));
        word.erase(word.find_last_not_of(' ') + 1);
        words.push_back(std::move(word));
        begin = end + 1;
    }
    return words;
}

double season_factor(const std::string& text, const std::string& where) {
    const auto factor = parse_ratio(text);
    if (!factor || !(*factor > 0))
        throw InputError(where, fmt::format("\"{}\" is no factor above 0", text),
                         "write dec=1.5, or twelve factors from January on");
    return *factor;
}

/// "2027-03" or "2027-03-14"; empty for anything else.
std::optional<CalendarMonth> calendar_month_in(const std::string& text) {
    const bool is_month = text.size() == 7;
    const auto clock = parse_wall_clock(is_month ? text + "-01" : text);
    if (!clock || (!is_month && text.size() != 10))
        return std::nullopt;
    return calendar_month_of(*clock);
}

InputError no_event(const std::string& text, const std::string& where) {
    return {where, fmt::format("\"{}\" is no event", text),
            "write 'month 3: x4 for 2d' or '2027-03-14: x4 for 2d'"};
}

}  // namespace

std::string CalendarMonth::text() const { return fmt::format("{:04}-{:02}", count / 12, count % 12 + 1); }

CalendarMonth calendar_month_of(std::int64_t wall_clock) {
    const std::chrono::sys_seconds moment{std::chrono::seconds{wall_clock}};
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(moment)};
    return {static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1};
}

CalendarMonth parse_calendar_month(const std::string& text, const std::string& where) {
    const auto month = text.size() == 7 ? calendar_month_in(text) : std::nullopt;
    if (!month)
        throw InputError(where, fmt::format("\"{}\" is no month", text), "write 2027-01");
    return *month;
}

void parse_season(const std::string& text, const std::string& where, SeasonFactors& season) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
        const std::vector<std::string> words = split_at(text, ',');
        if (season || words.size() != 12)
            throw InputError(where, season ? "is given twice" : fmt::format("has {} factors", words.size()),
                             "write dec=1.5, or twelve factors from January on");
        season.emplace();
        for (std::size_t i = 0; i < 12; ++i) (*season)[i] = season_factor(words[i], where);
        return;
    }
    const std::string name = text.substr(0, equals);
    const auto found = std::find(kMonthNames.begin(), kMonthNames.end(), name);
    if (found == kMonthNames.end())
        throw unknown_name(where, "month", name, {kMonthNames.begin(), kMonthNames.end()});
    const double factor = season_factor(text.substr(equals + 1), where);
    if (!season) {
        season.emplace();
        season->fill(1);
    }
    double& own = (*season)[static_cast<std::size_t>(found - kMonthNames.begin())];
    if (own != 1)
        throw InputError(where, fmt::format("gives {} twice", name));
    own = factor;
}

ForecastEvent parse_forecast_event(const std::string& text, const std::string& where) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos)
        throw no_event(text, where);
    ForecastEvent event;
    event.text = text;
    const std::string when = split_at(text.substr(0, colon), '\n').front();
    constexpr std::string_view kMonth = "month ";
    if (when.starts_with(kMonth)) {
        const auto month = parse_integer(std::string_view(when).substr(kMonth.size()));
        if (!month || *month < 1 || *month > 1200)
            throw no_event(text, where);
        event.month = static_cast<int>(*month);
    } else {
        event.calendar = calendar_month_in(when);
        if (!event.calendar)
            throw no_event(text, where);
    }
    std::vector<std::string> words = split_at(text.substr(colon + 1), ' ');
    std::erase(words, "");
    if (words.size() != 3 || !words[0].starts_with('x') || words[1] != "for")
        throw no_event(text, where);
    const auto factor = parse_number(std::string_view(words[0]).substr(1));
    const auto length = parse_duration(words[2]);
    if (!factor || !(*factor > 0) || !length || *length < std::chrono::minutes{1} ||
        *length % std::chrono::minutes{1} != Duration::zero())
        throw InputError(where, fmt::format("\"{}\" needs a factor above 0 and whole minutes", text),
                         "write 'month 3: x4 for 2d'");
    event.factor = *factor;
    event.length = *length;
    return event;
}

}  // namespace spillway
