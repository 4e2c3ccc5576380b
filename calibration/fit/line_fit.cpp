#include "calibration/fit/line_fit.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "calibration/common/order_statistics.hpp"
#include "calibration/fit/non_negative.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

struct Line {
    double base = 0;
    double each = 0;
    double at(double count) const { return base + each * count; }
};

double median(std::vector<double> values) { return order_statistics(std::move(values)).median; }

std::set<double> counts_of(const std::vector<LinePoint>& points) {
    std::set<double> counts;
    for (const LinePoint& point : points) counts.insert(point.count);
    return counts;
}

/// One count, or none at all: its median, as a rate or as a constant.
Line proportional(const std::vector<LinePoint>& points) {
    std::vector<double> seconds;
    seconds.reserve(points.size());
    for (const LinePoint& point : points) seconds.push_back(point.seconds);
    const double middle = median(std::move(seconds));
    const double count = points.front().count;
    return count > 0 ? Line{0, middle / count} : Line{middle, 0};
}

Line weighted(const std::vector<LinePoint>& points, const std::vector<double>& weights) {
    // Scaled to about 1, or the solver's tolerances would see bytes and seconds side by side.
    const double scale = points.back().count;
    std::vector<std::vector<double>> rows;
    std::vector<double> ones;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double root = std::sqrt(weights[i]);
        rows.push_back({root / points[i].seconds * points.back().seconds,
                        root * points[i].count / scale / points[i].seconds * points.back().seconds});
        ones.push_back(root);
    }
    const std::vector<double> found = fit_non_negative(rows, ones);
    return {found[0] * points.back().seconds, found[1] * points.back().seconds / scale};
}

std::vector<double> biweights(const Line& line, const std::vector<LinePoint>& points) {
    constexpr double kCut = 4.685;
    constexpr double kNormal = 1.4826;
    constexpr double kLeastScatter = 0.005;  // closer than this, nothing is an outlier
    std::vector<double> errors;
    errors.reserve(points.size());
    for (const LinePoint& point : points) errors.push_back(line.at(point.count) / point.seconds - 1);
    std::vector<double> sizes;
    sizes.reserve(errors.size());
    for (const double error : errors) sizes.push_back(std::abs(error));
    const double cut = kCut * std::max(kLeastScatter, kNormal * median(std::move(sizes)));
    std::vector<double> weights;
    for (const double error : errors) {
        const double share = error / cut;
        weights.push_back(std::abs(share) < 1 ? std::pow(1 - share * share, 2) : 0);
    }
    return weights;
}

Line robust(std::vector<LinePoint> points) {
    if (counts_of(points).size() < 2)
        return proportional(points);
    std::sort(points.begin(), points.end(),
              [](const LinePoint& left, const LinePoint& right) { return left.count < right.count; });
    constexpr int kRounds = 10;
    Line line = weighted(points, std::vector<double>(points.size(), 1));
    for (int round = 0; round < kRounds; ++round) line = weighted(points, biweights(line, points));
    return line;
}

/// Singular values of a matrix of two columns, by the angle between them.
double condition_of(const std::vector<LinePoint>& points) {
    double bases = 0;
    double counts = 0;
    double both = 0;
    for (const LinePoint& point : points) {
        const double base = 1 / point.seconds;
        const double count = point.count / point.seconds;
        bases += base * base;
        counts += count * count;
        both += base * count;
    }
    if (counts == 0)
        return 1;
    const double cosine = both / std::sqrt(bases * counts);
    constexpr double kLeast = 1e-12;
    return std::sqrt((1 + cosine) / std::max(kLeast, 1 - cosine));
}

}  // namespace

LineFit fit_line(const std::vector<LinePoint>& points) {
    SPILLWAY_CHECK(!points.empty(), "a line through nothing");
    const Line line = robust(points);
    LineFit fit;
    fit.base = line.base;
    fit.each = line.each;
    const std::set<double> counts = counts_of(points);
    if (counts.size() < 2 && *counts.begin() > 0)
        fit.untold = "what is constant and what grows: all points are of one size";
    else if (counts.size() > 1)
        fit.condition = condition_of(points);
    for (const LinePoint& point : points) {
        fit.fitted.push_back(line.at(point.count));
        std::vector<LinePoint> others = points;
        std::erase_if(others, [&](const LinePoint& other) { return other.count == point.count; });
        if (!others.empty())
            fit.left_out.push_back(robust(others).at(point.count));
    }
    return fit;
}

}  // namespace spillway
