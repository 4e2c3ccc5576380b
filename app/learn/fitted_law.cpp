#include "app/learn/fitted_law.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <boost/math/special_functions/gamma.hpp>

#include "app/calibrate/short_number.hpp"
#include "app/learn/observed.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr double kSqrtHalf = 0.70710678118654752;
constexpr double kLogSqrtTwoPi = 0.91893853320467274;

constexpr double kShortest = 1e-9;
constexpr double kMostVariation = 1e3;

std::string seconds_text(double seconds) { return fmt::format("\"{}\"", duration_text(seconds)); }

}  // namespace

double FittedLaw::survival(double seconds) const {
    const double x = seconds - shift;
    if (x <= 0)
        return 1;
    switch (kind) {
        case LawKind::kConstant:
            return x < scale ? 1 : 0;
        case LawKind::kExponential:
            return std::exp(-x / scale);
        case LawKind::kLognormal:
            return 0.5 * std::erfc(std::log(x / scale) / shape * kSqrtHalf);
        case LawKind::kGamma:
            return boost::math::gamma_q(shape, x / scale);
        case LawKind::kWeibull:
            return std::exp(-std::pow(x / scale, shape));
    }
    SPILLWAY_CHECK(false, "a law that there is not");
}

double FittedLaw::log_density(double seconds) const {
    const double x = seconds - shift;
    if (x <= 0)
        return kImpossible;
    switch (kind) {
        case LawKind::kConstant:
            return 0;
        case LawKind::kExponential:
            return -x / scale - std::log(scale);
        case LawKind::kLognormal: {
            const double z = std::log(x / scale) / shape;
            return -0.5 * z * z - std::log(x * shape) - kLogSqrtTwoPi;
        }
        case LawKind::kGamma:
            return (shape - 1) * std::log(x / scale) - x / scale - std::log(scale) - std::lgamma(shape);
        case LawKind::kWeibull:
            return std::log(shape / scale) + (shape - 1) * std::log(x / scale) - std::pow(x / scale, shape);
    }
    SPILLWAY_CHECK(false, "a law that there is not");
}

int FittedLaw::parameters() const noexcept {
    const int own = kind == LawKind::kConstant || kind == LawKind::kExponential ? 1 : 2;
    return own + (shift > 0 ? 1 : 0);
}

std::string law_name(LawKind kind) {
    constexpr std::array<const char*, 5> kNames{"constant", "exponential", "lognormal", "gamma", "weibull"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string duration_text(double seconds) {
    // The mean of a law whose tail nobody saw may be beyond all durations.
    std::string text = fmt::format("{:.9f}", short_number(std::clamp(seconds, kShortest, kLongestRun)));
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text + 's';
}

std::string law_text(const FittedLaw& law) {
    switch (law.kind) {
        case LawKind::kConstant:
            return seconds_text(law.scale);
        case LawKind::kExponential:
            return fmt::format(R"({{"exponential": {{"mean": {}}}}})", seconds_text(law.scale));
        case LawKind::kLognormal: {
            const double square = law.shape * law.shape;
            return fmt::format(R"({{"lognormal": {{"mean": {}, "cv": {}}}}})",
                               seconds_text(law.scale * std::exp(square / 2)),
                               short_number(std::min(std::sqrt(std::expm1(square)), kMostVariation)));
        }
        case LawKind::kGamma:
            return fmt::format(R"({{"gamma": {{"mean": {}, "cv": {}}}}})",
                               seconds_text(law.scale * law.shape), short_number(1 / std::sqrt(law.shape)));
        case LawKind::kWeibull:
            return fmt::format(R"({{"weibull": {{"mean": {}, "shape": {}}}}})",
                               seconds_text(law.scale * std::tgamma(1 + 1 / law.shape)),
                               short_number(law.shape));
    }
    SPILLWAY_CHECK(false, "a law that there is not");
}

}  // namespace spillway
