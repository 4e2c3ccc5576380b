#include "calibration/fit/fit_times.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "calibration/common/order_statistics.hpp"
#include "calibration/fit/line_fit.hpp"
#include "calibration/fit/row_filter.hpp"
#include "sim/core/round_digits.hpp"

namespace spillway {
namespace {

RowFacts facts_of(const DataSheet& sheet, const LineRow& row) {
    RowFacts fact;
    fact.measured = row.seconds;
    fact.shown = row.unit.empty() ? row.name : fmt::format("{} of {} {}s", row.name, row.count, row.unit);
    fact.site = fact.shown;
    fact.region = row.name;
    if (!std::isfinite(row.seconds) || row.seconds <= 0) {
        fact.is_number = false;
        fact.rejected = kNoNumber;
    }
    constexpr double kLaunchAlone = 64.0 * 1024;  // copied in less than a launch takes
    if (fact.rejected.empty() && row.name.starts_with("mem.copy") && row.count > kLaunchAlone &&
        row.count < 2 * sheet.l2_bytes)
        fact.rejected = kWithinL2;
    return fact;
}

std::string note_of(const LineFit& line) {
    return line.untold ? "the samples do not tell " + *line.untold : std::string();
}

double median_variation(const std::vector<const LineRow*>& rows) {
    std::vector<double> variations;
    variations.reserve(rows.size());
    for (const LineRow* row : rows) variations.push_back(row->variation);
    return round_digits(order_statistics(std::move(variations)).median, 6);
}

ValidRange range_of(const std::vector<LinePoint>& points, const std::string& unit) {
    ValidRange range{unit + "s", points.front().count, points.front().count};
    for (const LinePoint& point : points) {
        range.least = std::min(range.least, point.count);
        range.most = std::max(range.most, point.count);
    }
    return range;
}

void count_rejected(const std::string& name, const std::vector<RowFacts>& facts,
                    std::vector<Rejection>& rejected) {
    std::map<std::string, std::int64_t> counts;
    for (const RowFacts& fact : facts) {
        if (!fact.rejected.empty())
            ++counts[fact.rejected];
    }
    for (const auto& [reason, count] : counts) rejected.push_back({name, reason, count});
}

/// One line of its rows, or their rejections when none can be used.
void add_time(const DataSheet& sheet, const std::vector<const LineRow*>& rows, TimesFit& fit) {
    std::vector<RowFacts> facts;
    std::vector<LinePoint> points;
    for (const LineRow* row : rows) {
        facts.push_back(facts_of(sheet, *row));
        if (facts.back().rejected.empty())
            points.push_back({row->count, row->seconds});
    }
    count_rejected(rows.front()->name, facts, fit.rejected);
    if (points.empty())
        return;
    const LineFit line = fit_line(points);
    TimeLine time;
    time.name = rows.front()->name;
    time.unit = rows.front()->unit;
    time.base_seconds = round_digits(line.base, 6);
    time.seconds_each = round_digits(line.each, 6);
    time.variation = median_variation(rows);
    CurveFit curve;
    curve.condition = line.condition;
    std::size_t at = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!facts[i].is_number)
            continue;
        const double fitted = line_seconds(time, rows[i]->count);
        curve.fitted.push_back(fitted);
        curve.left_out.push_back(facts[i].rejected.empty() && !line.left_out.empty() ? line.left_out[at++]
                                                                                     : fitted);
    }
    SectionReport report = report_fit(time.name, facts, curve);
    if (line.left_out.empty())
        report.left_out = report.left_out_unfiltered = {};
    time.quality = quality_of(report);
    time.quality.note = note_of(line);
    if (!time.unit.empty())
        time.quality.valid.push_back(range_of(points, time.unit));
    fit.times.push_back(std::move(time));
    fit.reports.push_back(std::move(report));
}

}  // namespace

TimesFit fit_times(const DataSheet& sheet, const std::vector<LineRow>& rows) {
    std::map<std::string, std::vector<const LineRow*>> by_name;
    for (const LineRow& row : rows) by_name[row.name].push_back(&row);
    TimesFit fit;
    for (const auto& [name, own] : by_name) add_time(sheet, own, fit);
    return fit;
}

}  // namespace spillway
