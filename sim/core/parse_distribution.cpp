#include <fmt/format.h>

#include <array>

#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

// The parameters of each form; those that are values of the law itself take its unit.
template <ParamKind kValue>
constexpr std::array kUniform{required_param("min", kValue, "smallest value"),
                              required_param("max", kValue, "largest value")};
template <ParamKind kValue>
constexpr std::array kExponential{required_param("mean", kValue, "mean")};
template <ParamKind kValue>
constexpr std::array kLognormal{
    optional_param("mean", kValue, "arithmetic mean, with cv"),
    optional_param("cv", ParamKind::kNumber, "standard deviation over mean, above 0"),
    optional_param("p50", kValue, "median, with p95"), optional_param("p95", kValue, "95th percentile")};
template <ParamKind kValue>
constexpr std::array kGamma{
    required_param("mean", kValue, "mean"),
    required_param("cv", ParamKind::kNumber, "standard deviation over mean, above 0")};
template <ParamKind kValue>
constexpr std::array kWeibull{
    required_param("mean", kValue, "mean"),
    required_param("shape", ParamKind::kNumber, "shape, above 0; below 1 has a long tail")};

[[noreturn]] void reject(const std::string& where, std::string problem) {
    throw InputError(where, std::move(problem));
}

/// A value of the law itself: seconds or a plain number.
double value_of(const ConfigNode& node, LawUnit unit) {
    const double value =
        unit == LawUnit::kSeconds ? static_cast<double>(node.as_duration().count()) / 1e9 : node.as_number();
    if (value < 0)
        reject(node.where(), "a value of a distribution cannot be negative");
    return value;
}

/// Reads the parameters of one form.
class LawReader {
public:
    LawReader(const ConfigNode& node, std::span<const ParamSpec> specs, LawUnit unit)
        : reader_(node, specs), node_(node), unit_(unit) {}

    bool has(std::string_view name) { return reader_.has(name); }
    double value(std::string_view name) { return value_of(member(name), unit_); }
    double above_zero(std::string_view name) {
        const double value = member(name).as_number();
        if (!(value > 0))
            reject(member(name).where(), fmt::format("{} is out of range: it must be above 0", value));
        return value;
    }

private:
    const ConfigNode& member(std::string_view name) const { return *node_.find(name); }

    ParamReader reader_;
    const ConfigNode& node_;
    LawUnit unit_;
};

Distribution read_constant(const ConfigNode& node, LawUnit unit) {
    return Distribution::constant(value_of(node, unit));
}

template <ParamKind kValue>
Distribution read_uniform(const ConfigNode& node, LawUnit unit) {
    LawReader reader(node, kUniform<kValue>, unit);
    const double low = reader.value("min");
    const double high = reader.value("max");
    if (low > high)
        reject(node.where(), "min is above max");
    return Distribution::uniform(low, high);
}

template <ParamKind kValue>
Distribution read_exponential(const ConfigNode& node, LawUnit unit) {
    return Distribution::exponential(LawReader(node, kExponential<kValue>, unit).value("mean"));
}

template <ParamKind kValue>
Distribution read_lognormal(const ConfigNode& node, LawUnit unit) {
    LawReader reader(node, kLognormal<kValue>, unit);
    const bool by_mean = reader.has("mean") && reader.has("cv");
    const bool by_quantiles = reader.has("p50") && reader.has("p95");
    if (node.members().size() != 2 || !(by_mean || by_quantiles)) {
        reject(node.where(), "a lognormal takes mean and cv, or p50 and p95");
    }
    if (by_mean)
        return Distribution::lognormal(reader.value("mean"), reader.above_zero("cv"));
    const double p50 = reader.value("p50");
    const double p95 = reader.value("p95");
    if (!(p50 > 0))
        reject(node.where(), "p50 must be above 0");
    if (p95 < p50)
        reject(node.where(), "p95 is below p50");
    return Distribution::lognormal_by_quantiles(p50, p95);
}

template <ParamKind kValue>
Distribution read_gamma(const ConfigNode& node, LawUnit unit) {
    LawReader reader(node, kGamma<kValue>, unit);
    return Distribution::gamma(reader.value("mean"), reader.above_zero("cv"));
}

template <ParamKind kValue>
Distribution read_weibull(const ConfigNode& node, LawUnit unit) {
    LawReader reader(node, kWeibull<kValue>, unit);
    return Distribution::weibull(reader.value("mean"), reader.above_zero("shape"));
}

Distribution read_empirical(const ConfigNode& node, LawUnit unit) {
    std::vector<double> values;
    for (const ConfigNode& item : node.items()) values.push_back(value_of(item, unit));
    if (values.empty())
        reject(node.where(), "the list of values is empty");
    return Distribution::empirical(std::move(values));
}

/// "p99.9" as 0.999.
double probability_of(const ConfigNode& node, std::string_view name) {
    if (name.starts_with('p')) {
        const std::optional<double> probability = parse_ratio(std::string(name.substr(1)) + '%');
        if (probability && *probability >= 0 && *probability <= 1)
            return *probability;
    }
    reject(node.where(), fmt::format("expected a percentile such as \"p50\", not \"{}\"", name));
}

Distribution read_quantiles(const ConfigNode& node, LawUnit unit) {
    std::vector<std::pair<double, double>> points;
    for (const auto& [name, value] : node.members()) {
        const std::pair point{probability_of(node, name), value_of(value, unit)};
        if (!points.empty() && (point.first <= points.back().first || point.second < points.back().second)) {
            reject(value.where(), "percentiles must ascend, and so must their values");
        }
        points.push_back(point);
    }
    if (points.size() < 2 || points.front().first != 0 || points.back().first != 1) {
        reject(node.where(), "quantiles must reach from p0 to p100");
    }
    return Distribution::quantiles(std::move(points));
}

Distribution read_mixture(const ConfigNode& node, LawUnit unit) {
    static constexpr std::array kPart{
        required_param("weight", ParamKind::kNumber, "share of this part, above 0"),
        required_param("law", ParamKind::kNumberLaw, "a value or a distribution")};
    std::vector<std::pair<double, Distribution>> parts;
    for (const ConfigNode& item : node.items()) {
        LawReader reader(item, kPart, unit);
        parts.emplace_back(reader.above_zero("weight"), parse_distribution(*item.find("law"), unit));
    }
    if (parts.empty())
        reject(node.where(), "the list of parts is empty");
    return Distribution::mixture(std::move(parts));
}

template <ParamKind kValue>
constexpr std::array kForms{
    LawForm{"constant", "always the same value", {}, read_constant},
    LawForm{"uniform", "any value between two, equally likely", kUniform<kValue>, read_uniform<kValue>},
    LawForm{"exponential", "memoryless", kExponential<kValue>, read_exponential<kValue>},
    LawForm{"lognormal", "by mean and cv, or by p50 and p95", kLognormal<kValue>, read_lognormal<kValue>},
    LawForm{"gamma", "by mean and cv", kGamma<kValue>, read_gamma<kValue>},
    LawForm{"weibull", "by mean and shape", kWeibull<kValue>, read_weibull<kValue>},
    LawForm{"empirical", "a list of equally likely values", {}, read_empirical},
    LawForm{"quantiles", "straight lines between percentiles, p0 to p100", {}, read_quantiles},
    LawForm{"mixture", "a list of laws, each with its weight", {}, read_mixture},
};

}  // namespace

std::span<const LawForm> law_forms(LawUnit unit) {
    if (unit == LawUnit::kSeconds)
        return kForms<ParamKind::kDuration>;
    return kForms<ParamKind::kNumber>;
}

Distribution parse_distribution(const ConfigNode& node, LawUnit unit) {
    if (node.kind() != ConfigNode::Kind::kObject)
        return Distribution::constant(value_of(node, unit));
    if (node.members().size() != 1) {
        throw InputError(node.where(), "a distribution has exactly one name",
                         "such as {\"lognormal\": {\"mean\": .., \"cv\": ..}}");
    }
    const auto& [name, parameters] = node.members().front();
    const LawForm& form = find_entry(law_forms(unit), "distribution", name, node.where());
    Distribution law = form.make(parameters, unit);
    // Sums of a few draws stay within the clock's 292 years.
    constexpr double kHundredYears = 100 * 365.25 * 86400;
    if (unit == LawUnit::kSeconds && !(law.quantile(1 - 0x1p-53) <= kHundredYears)) {
        reject(parameters.where(), "this distribution can reach beyond a hundred years");
    }
    return law;
}

}  // namespace spillway
