#include "app/backtest/replay_window.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "traces/wall_stamp.hpp"

namespace spillway {
namespace {

/// A shorter silence at an end of the log, as a share of the window, is nothing to ask about.
constexpr double kQuietShare = 0.01;
/// Of the window, at most, that settles where the scenario alone says how long.
constexpr int kSettlePart = 20;

Duration whole_seconds(Duration time) { return std::chrono::floor<std::chrono::seconds>(time); }

/// Moments of the log's clock, as wall clock and as users write them.
class LogTimes {
public:
    LogTimes(const ServedLog& log, const Scenario& scenario)
        : clock_(log.clock),
          first_(log.requests.front().sent.at - SimTime{}),
          last_(log.requests.back().sent.at - SimTime{}),
          horizon_(scenario.horizon) {
        if (clock_ == LogClock::kWall)
            wall_zero_ = Duration{0};
        if (clock_ == LogClock::kScenario)
            wall_zero_ = std::chrono::seconds{scenario.wall_clock};
    }

    Duration first() const noexcept { return first_; }
    Duration last() const noexcept { return last_; }
    /// The wall clock when the log's is at 0.
    const std::optional<Duration>& wall_zero() const noexcept { return wall_zero_; }
    /// The first moment that the log could have a request at.
    Duration beginning() const noexcept {
        return clock_ == LogClock::kScenario ? Duration{0}
               : clock_ == LogClock::kWall   ? whole_seconds(first_)
                                             : first_;
    }

    /// Where the log ends: where the run did that wrote it, or the whole second behind its last request.
    Duration end() const noexcept {
        if (clock_ == LogClock::kScenario && horizon_ && last_ < *horizon_)
            return *horizon_;
        return beginning() + whole_seconds(last_ - beginning()) + std::chrono::seconds{1};
    }

    Duration parse(const std::string& text, const std::string& where) const {
        if (const auto span = parse_duration(text))
            return beginning() + *span;
        const std::optional<std::int64_t> wall = parse_wall_clock(text);
        if (wall && wall_zero_)
            return std::chrono::seconds{*wall} - *wall_zero_;
        if (wall)
            throw InputError(where, fmt::format("is the date {}, and the log has none", text),
                             "write the time since its first request, such as 90m");
        throw InputError(where, fmt::format("\"{}\" is neither a date nor a time", text),
                         "write 2026-07-01T00:00, or 90m after the log's beginning");
    }

private:
    LogClock clock_;
    Duration first_;
    Duration last_;
    std::optional<Duration> horizon_;
    std::optional<Duration> wall_zero_;
};

/// From the first row's beginning to the last row's end; empty without dates.
std::optional<WallPeriod> dated_period(const InvoiceFile* bill) {
    std::optional<WallPeriod> whole;
    for (const InvoiceRow& row : bill != nullptr ? bill->rows : std::vector<InvoiceRow>{}) {
        if (!row.period)
            continue;
        if (!whole)
            whole = row.period;
        whole->begin = std::min(whole->begin, row.period->begin);
        whole->end = std::max(whole->end, row.period->end);
    }
    return whole && whole->end > whole->begin ? whole : std::nullopt;
}

std::string wall_text(Duration wall) { return format_wall_stamp(wall).substr(0, 16); }

Duration longest_gap(const ServedLog& log) {
    Duration longest{0};
    for (std::size_t i = 1; i < log.requests.size(); ++i)
        longest = std::max(longest, log.requests[i].sent.at - log.requests[i - 1].sent.at);
    return longest;
}

/// A silence before the first or behind the last request that is longer than any between them: the log may
/// lack what was then.
void require_cover(const ServedLog& log, const LogTimes& times, const ReplayWindow& window) {
    const Duration before = times.first() - window.begin;
    const Duration behind = window.begin + window.length - times.last();
    const Duration quiet = std::max({before, behind, Duration{0}});
    const bool long_enough = to_seconds(quiet) > kQuietShare * to_seconds(window.length);
    if (!long_enough || quiet <= longest_gap(log))
        return;
    throw InputError(log.name,
                     fmt::format("covers {} of the bill's {}: it has no request in the {} {}",
                                 show(times.last() - times.first()), show(window.length),
                                 quiet == before ? "first" : "last", show(quiet)),
                     "--from and --to say which part is compared, or that nothing came; --scale lets what is "
                     "there stand for the whole bill");
}

void choose_bounds(const ServedLog& log, const LogTimes& times, const WindowWishes& wishes,
                   const std::optional<WallPeriod>& dated, ReplayWindow& window) {
    const bool by_bill = dated && times.wall_zero() && !wishes.from && !wishes.to && !wishes.scale;
    if (by_bill) {
        window.begin = dated->begin - *times.wall_zero();
        window.length = dated->end - dated->begin;
        return require_cover(log, times, window);
    }
    window.begin = wishes.from ? times.parse(*wishes.from, "--from") : times.beginning();
    const Duration end = wishes.to ? times.parse(*wishes.to, "--to") : times.end();
    if (end <= window.begin)
        throw InputError(wishes.to ? "--to" : "--from", "leaves no time to replay",
                         "--from lies before --to, and both within the log");
    window.length = end - window.begin;
}

void choose_period(const WindowWishes& wishes, const std::optional<WallPeriod>& dated, ReplayWindow& window) {
    window.period = window.length;
    if (wishes.period)
        window.period = *wishes.period;
    else if (wishes.scale && dated)
        window.period = dated->end - dated->begin;
    else if (wishes.scale)
        throw InputError("--scale", "needs to know how long the bill is of, and the bill has no dates",
                         "--period 720h");
    if (window.period == window.length)
        return;
    if (!wishes.scale)
        throw InputError("--period",
                         fmt::format("is {}, and {} of the log are replayed", format_duration(window.period),
                                     format_duration(window.length)),
                         "--scale multiplies what was used; --from and --to choose another part");
    for (const Duration one : {window.period, window.length}) {
        if (one != whole_seconds(one))
            throw InputError(
                "--scale", fmt::format("is of {}, which is no whole number of seconds", format_duration(one)),
                "--from, --to and --period in whole seconds");
    }
    window.notes.push_back(fmt::format(
        "SCALED: usage is that of {} x {:.6g}, and priced then: the rest of the bill's {} is taken to have "
        "been "
        "like it",
        show(window.length), to_seconds(window.period) / to_seconds(window.length), show(window.period)));
}

/// What comes ahead of the window, and how much of it is in no percentile for want of that.
void choose_settle(const LogTimes& times, const Scenario& scenario, const WindowWishes& wishes,
                   ReplayWindow& window) {
    window.lead = std::clamp(window.begin - times.first(), Duration{0}, scenario.warm_up);
    const Duration usual = std::min(scenario.warm_up, window.length / kSettlePart);
    window.settle = wishes.settle.value_or(std::max(Duration{0}, usual - window.lead));
    if (window.settle >= window.length)
        throw InputError("--settle", "is as long as all that is replayed",
                         fmt::format("less than {}", format_duration(window.length)));
    if (window.lead > Duration{0})
        window.notes.push_back(fmt::format(
            "requests of the {} before are replayed ahead, neither measured nor billed", show(window.lead)));
}

}  // namespace

ReplayWindow replay_window(const ServedLog& log, const Scenario& scenario, const InvoiceFile* bill,
                           const WindowWishes& wishes) {
    const LogTimes times(log, scenario);
    const std::optional<WallPeriod> dated = dated_period(bill);
    ReplayWindow window;
    choose_bounds(log, times, wishes, dated, window);
    if (times.wall_zero())
        window.wall = *times.wall_zero() + window.begin;
    choose_period(wishes, dated, window);
    choose_settle(times, scenario, wishes, window);
    if (bill != nullptr && !dated && !wishes.period)
        window.notes.push_back(fmt::format(
            "the bill has no dates: it is taken to be of the {} that are replayed", show(window.length)));
    return window;
}

std::vector<InvoiceRow> rows_inside(const InvoiceFile& bill, const WindowWishes& wishes,
                                    ReplayWindow& window) {
    const bool dated = dated_period(&bill).has_value();
    if (!dated || wishes.scale)
        return bill.rows;
    if (!window.wall) {
        window.notes.emplace_back(
            "the bill has dates and the log has none: all rows of the bill are compared");
        return bill.rows;
    }
    const WallPeriod open{*window.wall, *window.wall + window.length};
    std::vector<InvoiceRow> rows;
    for (const InvoiceRow& row : bill.rows) {
        const bool outside = row.period && (row.period->end <= open.begin || row.period->begin >= open.end) &&
                             !(row.period->begin == row.period->end && row.period->begin == open.begin);
        if (outside)
            continue;
        if (row.period && (row.period->begin < open.begin || row.period->end > open.end))
            throw InputError(
                row.where,
                fmt::format("is of {} to {}, and the log's window of {} to {}", wall_text(row.period->begin),
                            wall_text(row.period->end), wall_text(open.begin), wall_text(open.end)),
                "a row lies in the window or outside of it: --from and --to, or --scale");
        rows.push_back(row);
    }
    if (const std::size_t left_out = bill.rows.size() - rows.size(); left_out > 0)
        window.notes.push_back(fmt::format("{} of the bill lie outside of {} to {} and are left out",
                                           show_counted(left_out, "row"), wall_text(open.begin),
                                           wall_text(open.end)));
    if (rows.empty())
        throw InputError(bill.name, "has no row in the log's window", "--from and --to choose another");
    return rows;
}

}  // namespace spillway
