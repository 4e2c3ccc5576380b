#include "app/learn/log_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/calibrate/number_table.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// As `run --requests` has them, and what other logs call an outcome by.
constexpr std::array<std::string_view, 5> kStatusWords{"completed", "rejected", "timed_out", "abandoned",
                                                       "failed"};
/// In the order of StartPhase.
constexpr std::array<std::string_view, 7> kPhaseColumns{"acquire_s", "pull_s",   "container_s", "runtime_s",
                                                        "weights_s", "graphs_s", "warm_up_s"};
/// Clocks of several machines disagree by so much.
constexpr double kClockSlack = 1e-3;
/// Beyond it a double has no nanoseconds.
constexpr double kLongClock = 1e5;
constexpr double kBelowHalf = 0.3;

void check_status(const NumberTable& table, std::string_view column) {
    const std::string_view word = table.word(column);
    if (std::find(kStatusWords.begin(), kStatusWords.end(), word) == kStatusWords.end())
        table.refuse(column, "no outcome", fmt::format("one of {}", fmt::join(kStatusWords, ", ")));
}

double time_of(const NumberTable& table, std::string_view column) {
    const double seconds = table.number(column);
    if (seconds < 0)
        table.refuse(column, "a negative time", "seconds");
    return seconds;
}

/// How long something took.
double span_of(const NumberTable& table, std::string_view column) {
    const double seconds = time_of(table, column);
    if (seconds > kLongestRequest)
        table.refuse(column, "longer than any request takes", "seconds, 100,000 at most");
    return seconds;
}

/// Throws InputError for a row that nothing could replay.
void check_row(const LogRow& row) {
    for (const std::optional<double>& end : {std::optional(row.left), row.taken, row.first_token}) {
        // Written so that NaN is refused too: sums of large numbers make it.
        if (end && !(*end - row.sent <= kLongestRequest)) {
            throw InputError(row.where, fmt::format("the request took {:.6g} s", *end - row.sent),
                             "seconds, 100,000 at most: is a column in another unit?");
        }
    }
    if (row.input + row.output > kMostRequestTokens) {
        throw InputError(row.where, fmt::format("prompt and answer have {} tokens", row.input + row.output),
                         fmt::format("{} at most", kMostRequestTokens));
    }
}

/// `later` is not before `earlier`, or by no more than clocks disagree: then they are one moment.
double not_before(const NumberTable& table, std::string_view column, double later, double earlier,
                  std::string_view what) {
    if (later < earlier - kClockSlack)
        table.refuse(column, fmt::format("before {}", what), "all times are seconds on one clock");
    return std::max(later, earlier);
}

/// A row of `spillway run --requests`. Its parts say what the wait was; gateways and post-processing are
/// beside the engine.
LogRow simulated_row(const NumberTable& table) {
    LogRow row;
    row.where = table.where();
    row.pool = table.word("pool");
    row.class_name = table.word("class");
    row.worker = fmt::format("{}/{}", row.pool, table.word("worker"));
    check_status(table, "outcome");
    row.completed = table.word("outcome") == "completed";
    row.gave_up = table.word("outcome") == "abandoned";
    row.sent = table.number("arrived_s");
    const double lost = span_of(table, "lost_s");
    const double waited = span_of(table, "queue_s") - span_of(table, "engine_queue_s");
    const double cold = span_of(table, "cold_start_s");
    const double load = span_of(table, "load_s");
    row.sent += lost;
    row.left = row.sent + span_of(table, "total_s") - lost - span_of(table, "post_s");
    if (!row.completed)
        return row;
    row.input = table.count("input_tokens");
    row.output = table.count("output_tokens");
    row.taken = row.sent + waited + cold + load;
    row.first_token = *row.taken + table.number("engine_queue_s") + span_of(table, "prefill_s");
    if (cold + load > 0) {
        row.before_start = waited;
        if (cold > 0)
            row.phases.push_back({StartPhase::kContainer, cold, false});
        if (load > 0)
            row.phases.push_back({StartPhase::kWeights, load, false});
    }
    return row;
}

/// A row of any other log: moments on one clock.
LogRow recorded_row(const NumberTable& table) {
    LogRow row;
    row.where = table.where();
    row.pool = table.word("pool");
    row.class_name = table.word("class");
    row.worker = fmt::format("{}/{}", row.pool, table.word("worker"));
    if (!table.word("status").empty())
        check_status(table, "status");
    row.completed = table.word("status").empty() || table.word("status") == "completed";
    row.gave_up = table.word("status") == "abandoned";
    row.sent = time_of(table, "sent_s");
    row.left = not_before(table, "done_s", time_of(table, "done_s"), row.sent, "sent_s");
    if (!row.completed)
        return row;
    row.input = table.count("input_tokens");
    row.output = table.count("output_tokens");
    if (const auto started = table.optional_number("started_s"))
        row.taken = not_before(table, "started_s", *started, row.sent, "sent_s");
    row.first_token = not_before(table, "first_token_s", time_of(table, "first_token_s"),
                                 row.taken.value_or(row.sent), row.taken ? "started_s" : "sent_s");
    row.left = not_before(table, "done_s", row.left, *row.first_token, "first_token_s");
    for (std::size_t phase = 0; phase < kPhaseColumns.size(); ++phase) {
        if (table.word(kPhaseColumns[phase]).empty())
            continue;
        const double seconds = span_of(table, kPhaseColumns[phase]);
        row.phases.push_back({static_cast<StartPhase>(phase), seconds, false});
    }
    return row;
}

std::vector<std::string> header_of(const std::filesystem::path& file) {
    return CsvTable(file, file.string()).header();
}

std::vector<LogRow> rows_of(const std::filesystem::path& file) {
    const std::vector<std::string> header = header_of(file);
    const bool simulated = std::find(header.begin(), header.end(), "engine_queue_s") != header.end();
    NumberTable table =
        simulated
            ? NumberTable(file,
                          {"input_tokens", "output_tokens", "arrived_s", "total_s", "lost_s", "queue_s",
                           "cold_start_s", "load_s", "prefill_s", "post_s", "engine_queue_s"},
                          {"class", "outcome", "pool", "worker"})
            : NumberTable(file, {"sent_s", "first_token_s", "done_s", "input_tokens", "output_tokens"}, {},
                          {"started_s", "worker", "status", "pool", "class", "acquire_s", "pull_s",
                           "container_s", "runtime_s", "weights_s", "graphs_s", "warm_up_s"});
    std::vector<LogRow> rows;
    while (table.next()) {
        rows.push_back(simulated ? simulated_row(table) : recorded_row(table));
        check_row(rows.back());
    }
    return rows;
}

/// Those who never got a worker belong to no pool.
void keep_one_pool(std::vector<LogRow>& rows, const LogFilter& filter, const std::string& where) {
    std::set<std::string> pools;
    for (const LogRow& row : rows) {
        if (row.completed)
            pools.insert(row.pool);
    }
    if (!filter.pool && pools.size() > 1) {
        throw InputError(where,
                         fmt::format("has requests of {} pools: {}", pools.size(), fmt::join(pools, ", ")),
                         "an engine and a start are those of one pool: --pool NAME");
    }
    if (filter.pool && !pools.contains(*filter.pool)) {
        const std::vector<std::string_view> names(pools.begin(), pools.end());
        throw unknown_name("--pool", "pool", *filter.pool, names);
    }
    std::erase_if(rows, [&](const LogRow& row) {
        return filter.pool && row.pool != *filter.pool && !row.pool.empty();
    });
}

/// Who was taken in one instant stays together: sums of parts, and clocks that count from 1970, leave
/// different last digits. Rounds down, so that nobody comes after an iteration that took them.
double on_grid(double seconds, double per_second) {
    return std::floor(seconds * per_second + kBelowHalf) / per_second;
}

/// Throws InputError for a row that was sent more than kLongestRun after the first.
void begin_at_zero(std::vector<LogRow>& rows) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const LogRow& a, const LogRow& b) { return a.sent < b.sent; });
    const double first = rows.front().sent;
    const LogRow& last = rows.back();
    if (!(last.sent - first <= kLongestRun)) {
        throw InputError(last.where,
                         fmt::format("was sent {:.6g} s after the first request", last.sent - first),
                         fmt::format("a log is of {} s at most: did a clock jump?", kLongestRun));
    }
    const double per_second = std::abs(first) > kLongClock ? 1e6 : 1e9;
    for (LogRow& row : rows) {
        row.sent = on_grid(row.sent - first, per_second);
        row.left = on_grid(row.left - first, per_second);
        for (std::optional<double>* time : {&row.taken, &row.first_token}) {
            if (*time)
                *time = on_grid(**time - first, per_second);
        }
    }
}

}  // namespace

std::vector<LogRow> read_log_rows(const std::filesystem::path& file, const LogFilter& filter) {
    std::vector<LogRow> rows = rows_of(file);
    const std::string where = file.string();
    if (std::none_of(rows.begin(), rows.end(), [](const LogRow& row) { return row.completed; }))
        throw InputError(where, "has no request that completed", "a log of served requests");
    keep_one_pool(rows, filter, where);
    begin_at_zero(rows);
    return rows;
}

}  // namespace spillway
