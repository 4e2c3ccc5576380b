#include "traces/wall_stamp.hpp"

#include <fmt/format.h>

#include <chrono>

namespace spillway {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// Takes fixed pieces off the front of a text; the first one that is missing makes the whole text wrong.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        if (rest_.size() < count)
            fail();
        for (std::size_t i = 0; ok_ && i < count; ++i) value = value * 10 + digit(rest_[i]);
        if (ok_)
            rest_.remove_prefix(count);
        return value;
    }
    void one_of(std::string_view characters) {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos)
            fail();
        if (ok_)
            rest_.remove_prefix(1);
    }
    bool take(char character) {
        if (!ok_ || rest_.empty() || rest_.front() != character)
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    Duration decimals() {
        std::int64_t value = 0;
        std::int64_t unit = 1'000'000'000;
        std::size_t count = 0;
        for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) {
            unit /= 10;
            value += (rest_[count] - '0') * unit;
        }
        if (count == 0)
            fail();
        rest_.remove_prefix(count);
        return Duration(value);
    }
    void fail() noexcept { ok_ = false; }
    bool ok() const noexcept { return ok_; }
    bool at_end() const noexcept { return rest_.empty(); }

private:
    int digit(char c) {
        if (c < '0' || c > '9')
            fail();
        return c - '0';
    }
    std::string_view rest_;
    bool ok_ = true;
};

Duration scan_date(Scanner& scan) {
    const std::chrono::year year(scan.digits(4));
    scan.one_of("-");
    const std::chrono::month month(static_cast<unsigned>(scan.digits(2)));
    scan.one_of("-");
    const std::chrono::day day(static_cast<unsigned>(scan.digits(2)));
    const year_month_day date(year, month, day);
    constexpr int kFirstYear = 1970;
    constexpr int kLastYear = 2200;
    if (!scan.ok() || !date.ok() || int(year) < kFirstYear || int(year) > kLastYear) {
        scan.fail();
        return {};
    }
    return sys_days(date).time_since_epoch();
}

Duration scan_time_of_day(Scanner& scan) {
    const int hour = scan.digits(2);
    scan.one_of(":");
    const int minute = scan.digits(2);
    scan.one_of(":");
    const int second = scan.digits(2);
    if (hour > 23 || minute > 59 || second > 60)
        scan.fail();
    const Duration fraction = scan.take('.') ? scan.decimals() : Duration{};
    return hours(hour) + minutes(minute) + seconds(second) + fraction;
}

Duration scan_zone(Scanner& scan) {
    if (scan.at_end() || scan.take('Z'))
        return {};
    const bool west = scan.take('-');
    if (!west)
        scan.one_of("+");
    const int hour = scan.digits(2);
    int minute = 0;
    if (!scan.at_end()) {
        scan.take(':');
        minute = scan.digits(2);
    }
    if (hour > 14 || minute > 59)
        scan.fail();
    const Duration offset = hours(hour) + minutes(minute);
    return west ? -offset : offset;
}

}  // namespace

std::optional<WallStamp> parse_wall_stamp(std::string_view text) {
    Scanner scan(text);
    const Duration date = scan_date(scan);
    scan.one_of(" T");
    const Duration time = scan_time_of_day(scan);
    const Duration offset = scan_zone(scan);
    if (!scan.ok() || !scan.at_end())
        return std::nullopt;
    return WallStamp{date + time - offset, offset};
}

std::string format_wall_stamp(Duration since_1970) {
    const auto day = std::chrono::floor<days>(since_1970);
    const year_month_day date{sys_days(day)};
    const std::chrono::hh_mm_ss time(since_1970 - day);
    constexpr int kNanosecondsPerTick = 100;
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:07}", int(date.year()), unsigned(date.month()),
                       unsigned(date.day()), time.hours().count(), time.minutes().count(),
                       time.seconds().count(), time.subseconds().count() / kNanosecondsPerTick);
}

std::int64_t midnight_before(std::int64_t seconds_since_1970) {
    return seconds(std::chrono::floor<days>(seconds(seconds_since_1970))).count();
}

}  // namespace spillway
