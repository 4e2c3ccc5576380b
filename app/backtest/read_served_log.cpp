#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/backtest/served_log.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "sim/metrics/summary.hpp"
#include "traces/csv_table.hpp"
#include "traces/wall_stamp.hpp"

namespace spillway {
namespace {

/// Clocks of several machines disagree by so much.
constexpr Duration kLogClockSlack = std::chrono::milliseconds{1};
/// Seconds beyond it count from 1970: it was in 2001, and no log is of thirty years.
constexpr Duration kSince1970 = std::chrono::seconds{1'000'000'000};
constexpr Duration kLongestLog = std::chrono::hours{24 * 366 * 3};
constexpr std::array<std::string_view, 7> kStartColumns{"acquire_s", "pull_s",   "container_s", "runtime_s",
                                                        "weights_s", "graphs_s", "warm_up_s"};

/// Reads the rows of one file, of either form.
class LogReader {
public:
    explicit LogReader(const std::string& file) : table_(file, file) {
        log_.name = file;
        simulated_ = find("engine_queue_s").has_value();
        dates_ = !simulated_ && find("sent_at").has_value();
        find_columns();
    }

    ServedLog read() {
        for (;;) {
            const RowKind kind = table_.next();
            if (kind == RowKind::kEnd)
                break;
            if (kind != RowKind::kRow)
                throw InputError(table_.where(), table_.problem(), "a row has a cell for each column");
            log_.requests.push_back(simulated_ ? simulated_row() : recorded_row());
        }
        if (log_.requests.empty())
            throw InputError(log_.name, "has no row", "a log has a row for each request");
        settle_clock();
        return std::move(log_);
    }

private:
    using Column = std::optional<CsvColumn>;

    Column find(std::string_view name) { return table_.find(name); }
    CsvColumn need(std::string_view name) { return table_.require(name); }
    std::string timed(std::string_view what) const { return fmt::format("{}_{}", what, dates_ ? "at" : "s"); }

    void find_columns() {
        sent_ = need(simulated_ ? "arrived_s" : timed("sent"));
        input_ = need("input_tokens");
        output_ = need("output_tokens");
        class_ = find("class");
        max_tokens_ = find("max_tokens");
        cold_ = find("cold");
        log_.format = simulated_ ? "run --requests" : "request log";
        if (simulated_) {
            request_ = need("request");
            status_ = need("outcome");
            total_ = need("total_s");
            ttft_ = need("ttft_s");
            decode_ = need("decode_s");
            exposed_ = need("exposed");
        } else {
            status_ = find("status");
            total_ = find("total_s");
            ttft_ = find("ttft_s");
            done_ = find(timed("done"));
            first_ = find(timed("first_token"));
            for (const std::string_view name : kStartColumns) {
                if (const Column phase = find(name))
                    phases_.push_back(*phase);
            }
        }
        log_.tells_total = total_ || done_;
        log_.tells_ttft = log_.tells_total && (ttft_ || first_);
        log_.tells_outcome = status_.has_value();
        log_.tells_cold = cold_ || !phases_.empty();
        log_.tells_exposed = exposed_.has_value();
    }

    std::string_view text(const Column& column) const {
        return column ? table_.cell(*column) : std::string_view{};
    }
    [[noreturn]] void refuse(const CsvColumn& column, std::string_view what, const std::string& hint) {
        throw InputError(table_.where(),
                         fmt::format("column \"{}\" {}: \"{}\"", column.name, what, table_.cell(column)),
                         hint);
    }
    std::uint32_t count(const CsvColumn& column) {
        std::uint32_t value = 0;
        if (!table_.count(column, value))
            throw InputError(table_.where(), table_.problem(), "a whole number of tokens");
        return value;
    }
    Duration span(const CsvColumn& column) {
        Duration value{0};
        if (!table_.span(column, TimeUnit::kSeconds, value))
            throw InputError(table_.where(), table_.problem(), "seconds, without a unit");
        return value;
    }
    /// A moment on the log's clock.
    Duration moment(const CsvColumn& column) {
        if (!dates_)
            return span(column);
        const std::optional<WallStamp> stamp = parse_wall_stamp(table_.cell(column));
        if (!stamp)
            refuse(column, "is no date", "write 2026-07-01T08:00:00.250Z");
        return stamp->utc;
    }
    bool flag(const CsvColumn& column) {
        const std::string_view word = table_.cell(column);
        if (word == "1" || word == "true")
            return true;
        if (!word.empty() && word != "0" && word != "false")
            refuse(column, "is neither 0 nor 1", "1 for a request that met a cold start");
        return false;
    }
    Outcome outcome() {
        const std::string_view word = text(status_);
        if (word.empty())
            return Outcome::kCompleted;
        const auto found = std::find(kOutcomeNames.begin(), kOutcomeNames.end(), word);
        if (found == kOutcomeNames.end())
            refuse(*status_, "is no outcome", fmt::format("one of {}", fmt::join(kOutcomeNames, ", ")));
        return static_cast<Outcome>(found - kOutcomeNames.begin());
    }

    std::uint64_t line() const {
        const std::string where = table_.where();
        return static_cast<std::uint64_t>(parse_integer(where.substr(where.rfind(':') + 1)).value_or(0));
    }
    std::uint32_t class_index(std::string_view name) {
        const auto found = std::find(log_.classes.begin(), log_.classes.end(), name);
        if (found != log_.classes.end())
            return static_cast<std::uint32_t>(found - log_.classes.begin());
        log_.classes.emplace_back(name);
        return static_cast<std::uint32_t>(log_.classes.size() - 1);
    }

    ServedRequest common_row() {
        ServedRequest row;
        row.line = line();
        row.class_index = class_index(text(class_));
        row.outcome = outcome();
        row.sent.at = SimTime{} + moment(*sent_);
        row.sent.input_tokens = count(*input_);
        row.sent.output_tokens =
            text(output_).empty() && row.outcome != Outcome::kCompleted ? 0 : count(*output_);
        if (!text(max_tokens_).empty())
            row.sent.max_tokens = count(*max_tokens_);
        row.cold = cold_ && flag(*cold_);
        return row;
    }

    ServedRequest simulated_row() {
        ServedRequest row = common_row();
        const std::optional<std::int64_t> id = parse_integer(text(request_));
        if (!id || *id < 0)
            refuse(*request_, "is no number of a request", "as `spillway run --requests` writes it");
        row.sent.origin = static_cast<std::uint64_t>(*id);
        row.total = span(*total_);
        row.exposed = flag(*exposed_);
        if (row.outcome == Outcome::kCompleted) {
            row.ttft = span(*ttft_);
            row.answer = std::min(span(*decode_), row.total - std::min(*row.ttft, row.total));
        }
        return row;
    }

    ServedRequest recorded_row() {
        ServedRequest row = common_row();
        const Duration sent = row.sent.at - SimTime{};
        for (const CsvColumn& phase : phases_)
            row.cold |= !table_.cell(phase).empty() && span(phase) > Duration{0};
        if (!log_.tells_total)
            return row;
        if (total_)
            row.total = span(*total_);
        else
            row.total = since(*done_, sent);
        if (row.outcome != Outcome::kCompleted || !log_.tells_ttft)
            return row;
        row.ttft = ttft_ ? span(*ttft_) : since(*first_, sent);
        if (*row.ttft > row.total + kLogClockSlack)
            refuse(ttft_ ? *ttft_ : *first_, "is after the answer's end", "all times are of one clock");
        row.ttft = std::min(*row.ttft, row.total);
        row.answer = row.total - *row.ttft;
        return row;
    }
    Duration since(const CsvColumn& column, Duration sent) {
        const Duration passed = moment(column) - sent;
        if (passed < -kLogClockSlack)
            refuse(column, "is before the request was sent", "all times are of one clock");
        return std::max(passed, Duration{0});
    }

    /// Sorts the rows, and tells what their times count from.
    void settle_clock() {
        std::stable_sort(
            log_.requests.begin(), log_.requests.end(),
            [](const ServedRequest& a, const ServedRequest& b) { return a.sent.at < b.sent.at; });
        const SimTime first = log_.requests.front().sent.at;
        const ServedRequest& last = log_.requests.back();
        if (last.sent.at - first > kLongestLog)
            throw InputError(log_.where(last), "was sent more than three years after the first request",
                             "did a clock jump, or is the column in another unit?");
        const bool wall = dates_ || first - SimTime{} >= kSince1970;
        log_.clock = simulated_ ? LogClock::kScenario : wall ? LogClock::kWall : LogClock::kOwn;
        for (std::size_t i = 0; !simulated_ && i < log_.requests.size(); ++i)
            log_.requests[i].sent.origin = std::uint64_t{1} << 48 | i;
    }

    CsvTable table_;
    ServedLog log_;
    bool simulated_ = false;
    bool dates_ = false;
    Column sent_, input_, output_, class_, status_, max_tokens_, request_;
    Column total_, ttft_, decode_, done_, first_, cold_, exposed_;
    std::vector<CsvColumn> phases_;
};

}  // namespace

bool is_served_log(std::string_view first_line) {
    constexpr std::array<std::string_view, 3> kMarks{"engine_queue_s", "sent_s", "sent_at"};
    return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) {
        return first_line.find(mark) != std::string_view::npos;
    });
}

ServedLog read_served_log(const std::string& file) { return LogReader(file).read(); }

}  // namespace spillway
