#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "calibration/fit/fit_sections.hpp"
#include "calibration/fit/non_negative.hpp"
#include "calibration/fit/row_filter.hpp"
#include "sim/core/round_digits.hpp"

namespace spillway {
namespace {

constexpr double kSameSlope = 1e-6;  // corners this flat are none

double slope(const AllReducePoint& from, const AllReducePoint& to) {
    return (to.seconds - from.seconds) / (to.bytes - from.bytes);
}

/// The corners of the highest convex and non-decreasing line that no point is below. Requires: sizes rise.
std::vector<AllReducePoint> lower_hull(std::vector<AllReducePoint> points) {
    for (std::size_t i = points.size(); i-- > 1;)
        points[i - 1].seconds = std::min(points[i - 1].seconds, points[i].seconds);
    std::vector<AllReducePoint> hull;
    for (const AllReducePoint& point : points) {
        while (hull.size() > 1 &&
               slope(hull.back(), point) <= slope(hull[hull.size() - 2], hull.back()) * (1 + kSameSlope))
            hull.pop_back();
        hull.push_back(point);
    }
    return hull;
}

/// Times made non-decreasing: neighbours out of order get their geometric mean (pool adjacent violators).
std::vector<AllReducePoint> in_order(std::vector<AllReducePoint> points) {
    struct Pool {
        double log_sum;
        std::size_t count;
        double mean() const { return log_sum / static_cast<double>(count); }
    };
    std::vector<Pool> pools;
    pools.reserve(points.size());
    for (const AllReducePoint& point : points) {
        pools.push_back({std::log(point.seconds), 1});
        while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
            const Pool last = pools.back();
            pools.pop_back();
            pools.back().log_sum += last.log_sum;
            pools.back().count += last.count;
        }
    }
    std::size_t at = 0;
    for (const Pool& pool : pools) {
        for (std::size_t i = 0; i < pool.count; ++i)
            points[at++].seconds = round_digits(std::exp(pool.mean()), 6);
    }
    return points;
}

/// The form of all used rows but those of one operation.
ElementwiseForm elementwise_form(const DataSheet& sheet, const std::vector<ElementwiseRow>& rows,
                                 const std::vector<RowFacts>& facts, double launch_seconds,
                                 const std::string& left_out) {
    std::vector<std::vector<double>> terms;
    std::vector<double> rest;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!facts[i].rejected.empty() || facts[i].site == left_out)
            continue;
        terms.push_back({rows[i].bytes / sheet.memory_bandwidth / rows[i].seconds});
        rest.push_back(1 - launch_seconds / rows[i].seconds);
    }
    const double slowdown = terms.empty() ? 0 : fit_non_negative(terms, rest).front();
    return {launch_seconds, slowdown > 0 ? round_digits(1 / slowdown, 6) : 1};
}

}  // namespace

AllReduceFit fit_all_reduce(const DataSheet& sheet, const std::vector<AllReduceRow>& rows) {
    const auto curve_of = sheet.has_own_link() ? lower_hull : in_order;
    AllReduceFit fit;
    std::vector<RowFacts> facts;
    RowFilter filter;
    std::map<int, AllReduceTable> tables;
    for (const AllReduceRow& row : rows) {
        RowFacts& fact = facts.emplace_back();
        fact.measured = row.seconds;
        fact.region = fmt::format("{} GPUs", row.gpus);
        fact.site = fact.shown = fmt::format("{} GPUs, {} bytes", row.gpus, row.bytes);
        filter.judge(fact, fact.shown, 0);
        if (fact.rejected.empty()) {
            tables[row.gpus].gpus = row.gpus;
            tables[row.gpus].points.push_back({row.bytes, row.seconds});
        }
    }
    std::map<int, std::vector<AllReducePoint>> measured;
    for (auto& [gpus, table] : tables) {
        std::sort(table.points.begin(), table.points.end(),
                  [](const auto& left, const auto& right) { return left.bytes < right.bytes; });
        measured[gpus] = table.points;
        table.points = curve_of(table.points);
    }
    CurveFit curve;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!facts[i].is_number)
            continue;
        const AllReduceTable& table = tables[rows[i].gpus];
        AllReduceTable without{table.gpus, measured[rows[i].gpus]};
        std::erase_if(without.points,
                      [&](const AllReducePoint& point) { return point.bytes == rows[i].bytes; });
        without.points = curve_of(std::move(without.points));
        curve.fitted.push_back(all_reduce_seconds(table, rows[i].bytes));
        curve.left_out.push_back(without.points.empty() ? curve.fitted.back()
                                                        : all_reduce_seconds(without, rows[i].bytes));
    }
    fit.report = report_fit("all-reduce", facts, curve);
    for (auto& [gpus, table] : tables) fit.tables.push_back(std::move(table));
    return fit;
}

ElementwiseFit fit_elementwise(const DataSheet& sheet, const std::vector<ElementwiseRow>& rows,
                               double launch_seconds, const RowOrigin& origin) {
    std::vector<RowFacts> facts;
    RowFilter filter;
    for (const ElementwiseRow& row : rows) {
        RowFacts& fact = facts.emplace_back();
        fact.measured = row.seconds;
        fact.site = fact.region = row.operation;
        fact.shown = fmt::format("{} of {} bytes{}", row.operation, row.bytes, row.shape);
        filter.judge(fact, fact.shown, row.bytes / sheet.memory_bandwidth);
        if (origin.caches == RowOrigin::Caches::kAsLeft && fact.rejected.empty() &&
            row.bytes < 2 * sheet.l2_bytes)
            fact.rejected = kWithinL2;
    }
    ElementwiseFit fit;
    fit.form = elementwise_form(sheet, rows, facts, launch_seconds, {});
    std::map<std::string, ElementwiseForm> without;
    for (const RowFacts& fact : facts) {
        if (!without.contains(fact.site))
            without[fact.site] = elementwise_form(sheet, rows, facts, launch_seconds, fact.site);
    }
    CurveFit curve;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!facts[i].is_number)
            continue;
        curve.fitted.push_back(elementwise_seconds(sheet, fit.form, rows[i].bytes, 1));
        curve.left_out.push_back(elementwise_seconds(sheet, without[facts[i].site], rows[i].bytes, 1));
    }
    fit.report = report_fit("element-wise", facts, curve);
    return fit;
}

}  // namespace spillway
