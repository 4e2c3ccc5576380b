#include "policies/scale/week.hpp"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<std::size_t> parse_day(std::string_view text) {
    const auto found = std::find(kDays.begin(), kDays.end(), text);
    if (found == kDays.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - kDays.begin());
}

/// Exactly two digits below `limit`.
std::optional<std::int64_t> parse_two_digits(std::string_view text, std::int64_t limit) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 2 || !digit(text[0]) || !digit(text[1]))
        return std::nullopt;
    const std::int64_t value = (text[0] - '0') * 10 + (text[1] - '0');
    return value < limit ? std::optional(value) : std::nullopt;
}

/// Adds "mon" or "mon-fri"; false when it is neither.
bool add_span(std::string_view text, Weekdays& days) {
    const std::size_t dash = text.find('-');
    const auto first = parse_day(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
    if (!first || !last)
        return false;
    for (std::size_t day = *first;; day = (day + 1) % kDays.size()) {
        days.set(day);
        if (day == *last)
            return true;
    }
}

}  // namespace

std::int64_t second_of_week(std::int64_t wall_clock) noexcept {
    constexpr std::int64_t kThursday = 3;  // 1970-01-01
    const std::int64_t second = (wall_clock + kThursday * kSecondsOfDay) % kSecondsOfWeek;
    return second < 0 ? second + kSecondsOfWeek : second;
}

std::optional<std::int64_t> parse_time_of_day(std::string_view text) {
    const bool with_seconds = text.size() == 8;
    if ((text.size() != 5 && !with_seconds) || text[2] != ':' || (with_seconds && text[5] != ':')) {
        return std::nullopt;
    }
    const auto hours = parse_two_digits(text.substr(0, 2), 24);
    const auto minutes = parse_two_digits(text.substr(3, 2), 60);
    const auto seconds = with_seconds ? parse_two_digits(text.substr(6, 2), 60) : 0;
    if (!hours || !minutes || !seconds)
        return std::nullopt;
    return (*hours * 60 + *minutes) * 60 + *seconds;
}

std::optional<Weekdays> parse_weekdays(std::string_view text) {
    if (text == "daily")
        return Weekdays{0b111'1111};
    if (text == "weekdays")
        return Weekdays{0b001'1111};
    if (text == "weekends")
        return Weekdays{0b110'0000};
    Weekdays days;
    while (true) {
        const std::size_t comma = text.find(',');
        if (!add_span(text.substr(0, comma), days))
            return std::nullopt;
        if (comma == std::string_view::npos)
            return days;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace spillway
