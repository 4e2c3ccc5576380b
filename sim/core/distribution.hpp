#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// A one-dimensional law of durations (in seconds) or of plain numbers, drawn through its inverse distribution
/// function: the same uniform under a faster law gives a faster draw, so that studies can pair them.
/// A value type; draws are const and thread-safe.
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
    /// A mixture: each part with its weight; the part is chosen by the high digits of the uniform.
    static Distribution mixture(std::vector<std::pair<double, Distribution>> parts);

    /// The value at probability `u` in (0, 1).
    double quantile(double u) const;
    /// quantile() of a law in seconds, as a duration; what would be negative is 0.
    Duration duration(double u) const;
    double mean() const;
    bool is_constant() const noexcept;

private:
    struct Constant { double value; };
    struct Uniform { double low, high; };
    struct Exponential { double mean; };
    struct Lognormal { double mu, sigma; };
    struct Gamma { double shape, scale; };
    struct Weibull { double shape, scale; };
    struct Empirical { std::vector<double> sorted; };
    struct Quantiles { std::vector<std::pair<double, double>> points; };
    struct Mixture { std::vector<std::pair<double, Distribution>> parts; };
    using Law = std::variant<Constant, Uniform, Exponential, Lognormal, Gamma, Weibull, Empirical, Quantiles, Mixture>;

    explicit Distribution(Law law) : law_(std::move(law)) {}

    Law law_;
};

enum class LawUnit { kSeconds, kNumber };

/// Reads "2s" (kSeconds) or 3 (kNumber), or {"lognormal": {"mean": "2s", "cv": 0.3}} with one of constant,
/// uniform {min, max}, exponential {mean}, lognormal {mean, cv} or {p50, p95}, gamma {mean, cv},
/// weibull {mean, shape}, empirical [values], quantiles {"p0": .., "p50": .., "p100": ..},
/// mixture [{"weight": 0.9, "law": ...}, ...]. Throws InputError for anything else and for parameters out of range (a
/// negative value, cv or shape not above 0, quantiles that descend).
Distribution parse_distribution(const ConfigNode& node, LawUnit unit);

}  // namespace spillway
