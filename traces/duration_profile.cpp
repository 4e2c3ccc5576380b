#include "traces/duration_profile.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "traces/csv_table.hpp"

namespace spillway {

namespace {

struct PercentileColumn {
    double probability;
    CsvColumn column;
};

std::optional<double> probability_of_column(std::string_view name) {
    for (const std::string_view prefix : {"dur_p", "percentile_Average_"}) {
        if (!name.starts_with(prefix))
            continue;
        const std::string_view digits = name.substr(prefix.size());
        int percent = 0;
        const char* end = digits.data() + digits.size();
        const auto result = std::from_chars(digits.data(), end, percent);
        if (result.ec == std::errc() && result.ptr == end && percent >= 0 && percent <= 100)
            return percent / 100.0;
    }
    return std::nullopt;
}

std::vector<PercentileColumn> percentile_columns(CsvTable& table) {
    std::vector<PercentileColumn> columns;
    const std::vector<std::string> header = table.header();
    for (const std::string& name : header) {
        if (const auto probability = probability_of_column(name))
            columns.push_back({*probability, table.require(name)});
    }
    const auto ascending = [](const auto& a, const auto& b) { return a.probability < b.probability; };
    std::sort(columns.begin(), columns.end(), ascending);
    if (columns.size() < 2 || columns.front().probability != 0 || columns.back().probability != 1) {
        throw InputError(
            table.where(), "lacks the percentiles 0 and 100 of durations",
            "they are called dur_p0 and dur_p100, or percentile_Average_0 and percentile_Average_100");
    }
    return columns;
}

Distribution read_law(CsvTable& table, const std::vector<PercentileColumn>& columns) {
    std::vector<std::pair<double, double>> points;
    for (const PercentileColumn& each : columns) {
        Duration value{};
        if (!table.span(each.column, TimeUnit::kMilliseconds, value))
            throw InputError(table.where(), table.problem());
        if (!points.empty() && to_seconds(value) < points.back().second) {
            throw InputError(table.where(),
                             "column \"" + each.column.name + "\" is below the percentile before it");
        }
        points.emplace_back(each.probability, to_seconds(value));
    }
    return Distribution::quantiles(std::move(points));
}

}  // namespace

std::map<std::string, Distribution, std::less<>> read_duration_profile(const TraceFile& file) {
    CsvTable table(file.path, file.name);
    const std::optional<CsvColumn> publishers = table.find("HashFunction");
    const CsvColumn function = publishers ? *publishers : table.require("fn");
    const std::vector<PercentileColumn> columns = percentile_columns(table);
    std::map<std::string, Distribution, std::less<>> laws;
    for (RowKind kind = table.next(); kind != RowKind::kEnd; kind = table.next()) {
        if (kind == RowKind::kBad)
            throw InputError(table.where(), table.problem());
        laws.emplace(table.cell(function), read_law(table, columns));
    }
    return laws;
}

}  // namespace spillway
