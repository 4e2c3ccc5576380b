#include "app/breakeven/break_even.hpp"

#include <algorithm>
#include <cmath>

#include "app/breakeven/load_runs.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kResolution = 1.02;  // ratio of the loads on the two sides of a crossing
constexpr int kMostSteps = 12;

double mean_difference(const LoadPoint& point) {
    const auto difference = point.difference();
    return difference ? difference->mean : 0;
}

/// Whether the sign of the difference is certain.
bool is_clear(const LoadPoint& point) {
    const auto difference = point.difference();
    return difference && (difference->low() > 0 || difference->high() < 0);
}

/// From the crossing outwards, over what was looked at, to where the sign is certain.
void add_interval(const std::vector<LoadPoint>& points, Crossing& crossing) {
    crossing.low = points.front().load;
    crossing.high = points.back().load;
    for (const LoadPoint& point : points) {
        if (point.load <= crossing.load && is_clear(point))
            crossing.low = point.load;
    }
    for (auto point = points.rbegin(); point != points.rend(); ++point) {
        if (point->load >= crossing.load && is_clear(*point))
            crossing.high = point->load;
    }
}

void sort_by_load(std::vector<LoadPoint>& points) {
    std::sort(points.begin(), points.end(),
              [](const LoadPoint& a, const LoadPoint& b) { return a.load < b.load; });
}

/// Halves the ratio between two loads on whose sides another way is the cheaper.
Crossing narrow(const LoadRuns& runs, LoadPoint low, LoadPoint high, std::vector<LoadPoint>& seen) {
    for (int step = 0; step < kMostSteps && high.load / low.load > kResolution; ++step) {
        const LoadPoint middle = runs.at(std::sqrt(low.load * high.load));
        seen.push_back(middle);
        if (!middle.difference())
            break;
        ((mean_difference(middle) > 0) == (mean_difference(low) > 0) ? low : high) = middle;
    }
    Crossing crossing;
    crossing.load = std::sqrt(low.load * high.load);
    crossing.to_on_demand = mean_difference(high) > 0;
    return crossing;
}

void find_crossings(const LoadRuns& runs, BreakEven& result) {
    const std::vector<LoadPoint> grid = result.points;
    for (std::size_t i = 1; i < grid.size(); ++i) {
        const bool priced = grid[i - 1].difference() && grid[i].difference();
        if (priced && (mean_difference(grid[i - 1]) > 0) != (mean_difference(grid[i]) > 0))
            result.crossings.push_back(narrow(runs, grid[i - 1], grid[i], result.points));
    }
    sort_by_load(result.points);
    for (Crossing& crossing : result.crossings) add_interval(result.points, crossing);
}

}  // namespace

std::optional<Change> LoadPoint::difference() const {
    if (serverless.size() != on_demand.size())
        return std::nullopt;
    const Estimate figure = estimate(differences(on_demand, serverless));
    if (!figure.has_interval() || figure.nothing > 0)
        return std::nullopt;
    return Change{figure.mean, figure.half_width};
}

std::optional<double> months_until(double load, double growth) {
    if (growth == 0 || (load > 1) != (growth > 0))
        return std::nullopt;
    return std::log(load) / std::log(1 + growth);
}

BreakEven find_break_even(const ScenarioFile& file, const std::optional<ScenarioFile>& alternative,
                          const BreakEvenRules& rules) {
    const LoadRuns runs(file, alternative, rules);
    BreakEven result;
    result.scenario = runs.name();
    result.alternative = runs.alternative();
    result.rules = rules;
    const double ratio = std::pow(rules.to / rules.from, 1 / static_cast<double>(rules.count - 1));
    for (std::uint64_t i = 0; i < rules.count; ++i)
        result.points.push_back(runs.at(rules.from * std::pow(ratio, static_cast<double>(i))));
    if (std::none_of(result.points.begin(), result.points.end(),
                     [](const LoadPoint& one) { return one.difference().has_value(); }))
        throw InputError(file.node().where(), "costs nothing that could be compared",
                         "both ways need a price, and fixed fleets an objective that one of them meets");
    find_crossings(runs, result);
    result.textbook = runs.textbook_crossing();
    result.effects = runs.effects();
    return result;
}

}  // namespace spillway
