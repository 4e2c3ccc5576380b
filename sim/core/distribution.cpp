#include "sim/core/distribution.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

using MathPolicy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

/// Inverse of the standard normal distribution function.
double normal_quantile(double u) {
    constexpr double kSqrt2 = 1.4142135623730950488;
    // The arguments of both branches are exact, so neither tail loses digits.
    return u < 0.5 ? -kSqrt2 * boost::math::erfc_inv(2 * u, MathPolicy{})
                   : kSqrt2 * boost::math::erfc_inv(2 * (1 - u), MathPolicy{});
}

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// Inverse distribution function of equally likely sorted values.
double step_quantile(const std::vector<double>& sorted, double u) {
    const auto index = static_cast<std::size_t>(u * static_cast<double>(sorted.size()));
    return sorted[std::min(index, sorted.size() - 1)];
}

double linear_quantile(const std::vector<std::pair<double, double>>& points, double u) {
    const auto above = std::upper_bound(points.begin() + 1, points.end() - 1, u,
                                        [](double value, const auto& point) { return value < point.first; });
    const auto& [low_u, low] = *(above - 1);
    const auto& [high_u, high] = *above;
    return low + (high - low) * ((u - low_u) / (high_u - low_u));
}

double mixture_quantile(const std::vector<std::pair<double, Distribution>>& parts, double u) {
    // Rounding may put the part's own uniform on an edge that an inverse distribution function maps to
    // infinity.
    constexpr double kEdge = 0x1p-53;
    double rest = u;
    std::size_t part = 0;
    while (part + 1 < parts.size() && rest >= parts[part].first) rest -= parts[part++].first;
    return parts[part].second.quantile(std::clamp(rest / parts[part].first, kEdge, 1 - kEdge));
}

}  // namespace

Distribution Distribution::constant(double value) { return Distribution(Constant{value}); }

Distribution Distribution::uniform(double low, double high) {
    SPILLWAY_CHECK(low <= high, "uniform from high to low");
    return Distribution(Uniform{low, high});
}

Distribution Distribution::exponential(double mean) {
    SPILLWAY_CHECK(mean >= 0, "negative mean");
    return Distribution(Exponential{mean});
}

Distribution Distribution::lognormal(double mean, double cv) {
    SPILLWAY_CHECK(mean >= 0 && cv > 0, "lognormal out of range");
    const double variance = std::log1p(cv * cv);
    return Distribution(Lognormal{std::log(mean) - variance / 2, std::sqrt(variance)});
}

Distribution Distribution::lognormal_by_quantiles(double p50, double p95) {
    SPILLWAY_CHECK(p50 > 0 && p95 >= p50, "lognormal quantiles out of range");
    return Distribution(Lognormal{std::log(p50), std::log(p95 / p50) / normal_quantile(0.95)});
}

Distribution Distribution::gamma(double mean, double cv) {
    SPILLWAY_CHECK(mean >= 0 && cv > 0, "gamma out of range");
    return Distribution(Gamma{1 / (cv * cv), mean * cv * cv});
}

Distribution Distribution::weibull(double mean, double shape) {
    SPILLWAY_CHECK(mean >= 0 && shape > 0, "weibull out of range");
    return Distribution(Weibull{shape, mean / std::tgamma(1 + 1 / shape)});
}

Distribution Distribution::empirical(std::vector<double> values) {
    SPILLWAY_CHECK(!values.empty(), "an empirical law of no values");
    std::sort(values.begin(), values.end());
    return Distribution(Empirical{std::move(values)});
}

Distribution Distribution::quantiles(std::vector<std::pair<double, double>> points) {
    SPILLWAY_CHECK(points.size() >= 2 && points.front().first == 0 && points.back().first == 1,
                   "quantiles must reach from probability 0 to 1");
    for (std::size_t i = 1; i < points.size(); ++i) {
        SPILLWAY_CHECK(points[i - 1].first < points[i].first && points[i - 1].second <= points[i].second,
                       "quantiles must ascend");
    }
    return Distribution(Quantiles{std::move(points)});
}

Distribution Distribution::mixture(std::vector<std::pair<double, Distribution>> parts) {
    double sum = 0;
    for (const auto& [weight, law] : parts) {
        SPILLWAY_CHECK(weight > 0, "a mixture's weights are above 0");
        sum += weight;
    }
    SPILLWAY_CHECK(!parts.empty(), "a mixture of nothing");
    for (auto& part : parts) part.first /= sum;
    return Distribution(Mixture{std::move(parts)});
}

double Distribution::other_quantile(double u) const {
    return std::visit(
        Overloaded{
            [](const Constant& law) { return law.value; },
            [u](const Uniform& law) { return law.low + (law.high - law.low) * u; },
            [u](const Exponential& law) { return -law.mean * std::log(1 - u); },
            [u](const Lognormal& law) { return std::exp(law.mu + law.sigma * normal_quantile(u)); },
            [u](const Gamma& law) {
                return law.scale * boost::math::gamma_p_inv(law.shape, u, MathPolicy{});
            },
            [u](const Weibull& law) { return law.scale * std::pow(-std::log1p(-u), 1 / law.shape); },
            [u](const Empirical& law) { return step_quantile(law.sorted, u); },
            [u](const Quantiles& law) { return linear_quantile(law.points, u); },
            [u](const Mixture& law) { return mixture_quantile(law.parts, u); },
        },
        law_);
}

double Distribution::mean() const {
    return std::visit(Overloaded{
                          [](const Constant& law) { return law.value; },
                          [](const Uniform& law) { return (law.low + law.high) / 2; },
                          [](const Exponential& law) { return law.mean; },
                          [](const Lognormal& law) { return std::exp(law.mu + law.sigma * law.sigma / 2); },
                          [](const Gamma& law) { return law.shape * law.scale; },
                          [](const Weibull& law) { return law.scale * std::tgamma(1 + 1 / law.shape); },
                          [](const Empirical& law) {
                              double sum = 0;
                              for (const double value : law.sorted) sum += value;
                              return sum / static_cast<double>(law.sorted.size());
                          },
                          [](const Quantiles& law) {
                              double sum = 0;
                              for (std::size_t i = 1; i < law.points.size(); ++i) {
                                  const auto& [low_u, low] = law.points[i - 1];
                                  const auto& [high_u, high] = law.points[i];
                                  sum += (high_u - low_u) * (low + high) / 2;
                              }
                              return sum;
                          },
                          [](const Mixture& law) {
                              double sum = 0;
                              for (const auto& [weight, part] : law.parts) sum += weight * part.mean();
                              return sum;
                          },
                      },
                      law_);
}

bool Distribution::is_constant() const noexcept { return std::holds_alternative<Constant>(law_); }

}  // namespace spillway
