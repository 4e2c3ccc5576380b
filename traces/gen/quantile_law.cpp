#include "traces/gen/quantile_law.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace spillway {

std::optional<Distribution> quantiles_with_mean(const std::vector<std::pair<double, double>>& points,
                                                double mean) {
    constexpr double kRounding = 0.01;  // published quantiles and means are rounded
    double least = 0;                   // mean if every segment lay at its lower end
    double spread = 0;                  // what is added if it lay at its upper end
    for (std::size_t i = 1; i < points.size(); ++i) {
        const double share = points[i].first - points[i - 1].first;
        least += share * points[i - 1].second;
        spread += share * (points[i].second - points[i - 1].second);
    }
    if (mean < least - kRounding * (spread + least) || mean > least + spread + kRounding * (spread + least))
        return std::nullopt;
    if (spread <= 0)
        return Distribution::constant(points.front().second);

    // Within a segment scaled to the unit square, the knee (1 - f, f) gives two lines of mean f.
    const double f = std::clamp((mean - least) / spread, 1e-6, 1 - 1e-6);
    std::vector<std::pair<double, double>> bent{points.front()};
    for (std::size_t i = 1; i < points.size(); ++i) {
        const auto& [low_u, low] = points[i - 1];
        const auto& [high_u, high] = points[i];
        bent.emplace_back(low_u + (high_u - low_u) * (1 - f), low + (high - low) * f);
        bent.push_back(points[i]);
    }
    return Distribution::quantiles(std::move(bent));
}

}  // namespace spillway
