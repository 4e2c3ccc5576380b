#include "traces/minute_counts.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "sim/core/error.hpp"

namespace spillway {

namespace {

constexpr std::uint32_t kMinutesPerDay = 24 * 60;

/// The minute of the day in a column's name: "m480" counts from 0, the publisher's "481" from 1.
std::optional<std::uint32_t> minute_of_column(std::string_view name) {
    const bool from_zero = name.starts_with('m');
    if (from_zero)
        name.remove_prefix(1);
    std::uint32_t number = 0;
    const char* end = name.data() + name.size();
    const auto result = std::from_chars(name.data(), end, number);
    if (name.empty() || result.ec != std::errc() || result.ptr != end)
        return std::nullopt;
    if (!from_zero && number == 0)
        return std::nullopt;
    const std::uint32_t minute = from_zero ? number : number - 1;
    return minute < kMinutesPerDay ? std::optional(minute) : std::nullopt;
}

CsvColumn require_either(CsvTable& table, std::string_view ours, std::string_view publishers) {
    const std::optional<CsvColumn> found = table.find(publishers);
    return found ? *found : table.require(ours);
}

struct MinuteColumn {
    CsvColumn column;
    std::uint32_t minute;
};

std::vector<MinuteColumn> minute_columns(CsvTable& table) {
    std::vector<MinuteColumn> columns;
    const std::vector<std::string> header = table.header();
    for (const std::string& name : header) {
        if (const auto minute = minute_of_column(name))
            columns.push_back({table.require(name), *minute});
    }
    if (columns.empty()) {
        throw InputError(table.where(), "has no minute columns",
                         "they are called 1 to 1440, or m0 to m1439, and hold invocations in that minute");
    }
    return columns;
}

class CountsReader {
public:
    CountsReader(CsvTable table, const FunctionFilter& filter)
        : table_(std::move(table)),
          filter_(filter),
          function_(require_either(table_, "fn", "HashFunction")),
          minutes_(minute_columns(table_)) {
        if (filter_.trigger)
            trigger_ = require_either(table_, "trigger", "Trigger");
    }

    MinuteCounts read(bool skip_bad_rows, ReadCount& count) {
        for (RowKind kind = next(); kind != RowKind::kEnd; kind = next()) {
            ++count.rows;
            if (kind == RowKind::kFiltered)
                ++count.filtered;
            if (kind != RowKind::kBad)
                continue;
            if (!skip_bad_rows) {
                throw InputError(table_.where(), table_.problem(),
                                 "1 of " + std::to_string(count.rows) +
                                     " rows so far; skip_bad_rows counts and reports them");
            }
            ++count.bad;
        }
        require_all_names();
        if (counts_.cells.empty()) {
            throw InputError(count.file, "has no invocation of the functions that are wanted",
                             std::to_string(count.rows) + " functions, " + std::to_string(count.filtered) +
                                 " filtered out, " + std::to_string(count.bad) + " bad");
        }
        const auto by_minute = [](const MinuteCell& a, const MinuteCell& b) { return a.minute < b.minute; };
        std::stable_sort(counts_.cells.begin(), counts_.cells.end(), by_minute);
        const auto earlier = [](const MinuteColumn& a, const MinuteColumn& b) { return a.minute < b.minute; };
        counts_.first_minute = std::min_element(minutes_.begin(), minutes_.end(), earlier)->minute;
        return std::move(counts_);
    }

private:
    RowKind next() {
        const RowKind kind = table_.next();
        if (kind != RowKind::kRow)
            return kind;
        const std::string name(table_.cell(function_));
        all_names_.push_back(name);
        if (filter_.trigger && table_.cell(*trigger_) != *filter_.trigger)
            return RowKind::kFiltered;
        if (!filter_.names.empty() &&
            std::find(filter_.names.begin(), filter_.names.end(), name) == filter_.names.end()) {
            return RowKind::kFiltered;
        }
        const std::size_t cells_before = counts_.cells.size();
        const auto index = static_cast<std::uint32_t>(counts_.functions.size());
        for (const MinuteColumn& column : minutes_) {
            std::uint32_t invocations = 0;
            if (!table_.count(column.column, invocations)) {
                counts_.cells.resize(cells_before);  // half a function is none
                return RowKind::kBad;
            }
            if (invocations != 0)
                counts_.cells.push_back({column.minute, index, invocations});
        }
        counts_.functions.push_back(name);
        return RowKind::kRow;
    }

    void require_all_names() const {
        for (const std::string& name : filter_.names) {
            if (std::find(all_names_.begin(), all_names_.end(), name) == all_names_.end()) {
                const std::string_view near = nearest_name(name, {all_names_.begin(), all_names_.end()});
                throw InputError(
                    table_.where(), "has no function \"" + name + "\"",
                    near.empty() ? std::string{} : "did you mean \"" + std::string(near) + "\"?");
            }
        }
    }

    CsvTable table_;
    const FunctionFilter& filter_;
    CsvColumn function_;
    std::optional<CsvColumn> trigger_;
    std::vector<MinuteColumn> minutes_;
    std::vector<std::string> all_names_;
    MinuteCounts counts_;
};

}  // namespace

MinuteCounts read_minute_counts(CsvTable table, const FunctionFilter& filter, bool skip_bad_rows,
                                ReadCount& count) {
    return CountsReader(std::move(table), filter).read(skip_bad_rows, count);
}

}  // namespace spillway
