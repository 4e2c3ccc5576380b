#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/core/registry.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// A one-dimensional law of durations (in seconds) or of plain numbers, drawn through its inverse
/// distribution function: the same uniform under a faster law gives a faster draw, so that studies can pair
/// them. A value type; draws are const and thread-safe.
class Distribution {
public:
    /// The unit mass at `value`.
    static Distribution constant(double value);
    static Distribution uniform(double low, double high);
    static Distribution exponential(double mean);
    /// By arithmetic mean and coefficient of variation (not by the parameters of the logarithm).
    static Distribution lognormal(double mean, double cv);
    /// By median and 95th percentile.
    static Distribution lognormal_by_quantiles(double p50, double p95);
    static Distribution gamma(double mean, double cv);
    static Distribution weibull(double mean, double shape);
    /// Each value with equal probability. Requires: not empty.
    static Distribution empirical(std::vector<double> values);
    /// Piecewise linear inverse distribution function through (probability, value), ascending in both, from
    /// probability 0 to 1.
    static Distribution quantiles(std::vector<std::pair<double, double>> points);
    /// Each part with its weight (above 0, made to sum to 1). The uniform chooses the part, and its place
    /// within that part's share is the part's own uniform: one draw, and monotone where the parts do not
    /// overlap in that order.
    static Distribution mixture(std::vector<std::pair<double, Distribution>> parts);

    /// The value at probability `u`. Requires: 0 < u < 1.
    double quantile(double u) const {
        if (const auto* constant = std::get_if<Constant>(&law_))
            return constant->value;
        // 1 - u is exact for every draw of a RandomStream, and log is a third cheaper than log1p.
        if (const auto* exponential = std::get_if<Exponential>(&law_))
            return -exponential->mean * std::log(1 - u);
        return other_quantile(u);
    }
    /// quantile() of a law in seconds, as a duration; what would be negative is 0. What exceeds the clock is
    /// our own bug: parse_distribution lets no such law in.
    Duration duration(double u) const { return from_seconds(std::max(0.0, quantile(u))); }
    double mean() const;
    bool is_constant() const noexcept;

private:
    struct Constant {
        double value;
    };
    struct Uniform {
        double low, high;
    };
    struct Exponential {
        double mean;
    };
    struct Lognormal {
        double mu, sigma;
    };
    struct Gamma {
        double shape, scale;
    };
    struct Weibull {
        double shape, scale;
    };
    struct Empirical {
        std::vector<double> sorted;
    };
    struct Quantiles {
        std::vector<std::pair<double, double>> points;
    };
    struct Mixture {
        std::vector<std::pair<double, Distribution>> parts;
    };
    using Law = std::variant<Constant, Uniform, Exponential, Lognormal, Gamma, Weibull, Empirical, Quantiles,
                             Mixture>;

    explicit Distribution(Law law) : law_(std::move(law)) {}
    double other_quantile(double u) const;

    Law law_;
};

enum class LawUnit { kSeconds, kNumber };

/// Reads "2s" (kSeconds) or 3 (kNumber), or {"lognormal": {"mean": "2s", "cv": 0.3}}: one name of law_forms()
/// with its parameters. Throws InputError for anything else, for parameters out of range (a negative value,
/// cv or shape not above 0, quantiles that descend) and for a law of seconds that can reach beyond a hundred
/// years.
Distribution parse_distribution(const ConfigNode& node, LawUnit unit);

/// One way to write a law: parse_distribution finds its line here. Those without `params` have a form of
/// their own: constant VALUE, empirical [VALUES], quantiles {"p0": .., "p50": .., "p100": ..}, mixture
/// [{"weight": 0.9, "law": ..}, ..].
using LawForm = RegistryEntry<Distribution(const ConfigNode& parameters, LawUnit unit)>;
std::span<const LawForm> law_forms(LawUnit unit);

}  // namespace spillway
