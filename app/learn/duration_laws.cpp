#include "app/learn/duration_laws.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr double kLeast = 1e-9;  // a time of 0 has no logarithm
constexpr double kConstantSpread = 0.005;
constexpr std::array kShiftShares{0.5, 0.7, 0.8, 0.9, 0.95};
constexpr std::size_t kParts = 5;
constexpr std::size_t kLeastAtRisk = 5;

double log_likelihood(const FittedLaw& law, std::span<const CensoredTime> times) {
    double sum = 0;
    for (const CensoredTime& time : times) {
        const double seconds = std::max(time.seconds, kLeast);
        const double part =
            time.at_least ? std::log(std::max(law.survival(seconds), 0.0)) : law.log_density(seconds);
        sum += std::isfinite(part) ? std::max(part, kImpossible) : kImpossible;
    }
    return sum;
}

/// The largest value of a function of two numbers (Nelder and Mead 1965).
std::array<double, 2> maximise(const std::function<double(const std::array<double, 2>&)>& value,
                               std::array<double, 2> start) {
    using Point = std::array<double, 2>;
    std::vector<std::pair<double, Point>> simplex;
    for (const Point& at : {start, Point{start[0] + 0.3, start[1]}, Point{start[0], start[1] + 0.3}})
        simplex.emplace_back(value(at), at);
    const auto better = [](const auto& a, const auto& b) { return a.first > b.first; };
    for (int round = 0; round < 200; ++round) {
        std::sort(simplex.begin(), simplex.end(), better);
        const Point middle{(simplex[0].second[0] + simplex[1].second[0]) / 2,
                           (simplex[0].second[1] + simplex[1].second[1]) / 2};
        const auto along = [&](double share) {
            const Point at{middle[0] + share * (simplex[2].second[0] - middle[0]),
                           middle[1] + share * (simplex[2].second[1] - middle[1])};
            return std::pair(value(at), at);
        };
        const auto reflected = along(-1);
        if (reflected.first > simplex[0].first) {
            const auto expanded = along(-2);
            simplex[2] = expanded.first > reflected.first ? expanded : reflected;
        } else if (reflected.first > simplex[1].first) {
            simplex[2] = reflected;
        } else if (const auto inside = along(0.5); inside.first > simplex[2].first) {
            simplex[2] = inside;
        } else {
            for (std::size_t i = 1; i < 3; ++i) {
                Point& at = simplex[i].second;
                for (std::size_t k = 0; k < 2; ++k) at[k] = (at[k] + simplex[0].second[k]) / 2;
                simplex[i].first = value(at);
            }
        }
    }
    return std::max_element(simplex.begin(), simplex.end(),
                            [](const auto& a, const auto& b) { return a.first < b.first; })
        ->second;
}

struct Moments {
    double mean = 0;
    double deviation = 0;
    double least = std::numeric_limits<double>::max();
};

/// Of exact times; `least` among them.
Moments moments_of(std::span<const CensoredTime> times) {
    Moments moments;
    double count = 0;
    double squares = 0;
    for (const CensoredTime& time : times) {
        if (time.at_least)
            continue;
        ++count;
        moments.mean += time.seconds;
        squares += time.seconds * time.seconds;
        moments.least = std::min(moments.least, time.seconds);
    }
    moments.mean /= count;
    moments.deviation = std::sqrt(std::max(0.0, squares / count - moments.mean * moments.mean));
    return moments;
}

/// Exposure over ends is the estimate of the largest likelihood of an exponential law.
double exponential_mean(std::span<const CensoredTime> times, double shift) {
    double sum = 0;
    double exact = 0;
    for (const CensoredTime& time : times) {
        sum += std::max(0.0, time.seconds - shift);
        exact += time.at_least ? 0 : 1;
    }
    return std::max(sum / exact, kLeast);
}

FittedLaw fit_kind(std::span<const CensoredTime> times, LawKind kind, double shift) {
    const double mean = exponential_mean(times, shift);
    if (kind == LawKind::kExponential)
        return {kind, shift, mean, 1};
    const Moments moments = moments_of(times);
    const double cv = std::clamp(moments.deviation / std::max(moments.mean - shift, kLeast), 0.01, 3.0);
    const double shape = kind == LawKind::kLognormal ? std::sqrt(std::log1p(cv * cv))
                         : kind == LawKind::kGamma   ? 1 / (cv * cv)
                                                     : std::pow(cv, -1.086);
    const double scale = kind == LawKind::kGamma ? mean / shape : mean;
    const auto law_at = [&](const std::array<double, 2>& at) {
        return FittedLaw{kind, shift, std::exp(at[0]), std::exp(std::clamp(at[1], -7.0, 12.0))};
    };
    return law_at(maximise([&](const auto& at) { return log_likelihood(law_at(at), times); },
                           {std::log(scale), std::log(shape)}));
}

/// Of every fifth of the times, by the law of the others: the sum for each time.
std::vector<double> left_out_likelihoods(std::span<const CensoredTime> times, LawKind kind, double shift) {
    std::vector<double> found;
    for (std::size_t part = 0; part < kParts; ++part) {
        std::vector<CensoredTime> others;
        std::vector<CensoredTime> own;
        for (std::size_t i = 0; i < times.size(); ++i)
            (i % kParts == part ? own : others).push_back(times[i]);
        if (std::all_of(others.begin(), others.end(), [](const CensoredTime& time) { return time.at_least; }))
            continue;
        const FittedLaw law = fit_kind(others, kind, shift);
        for (const CensoredTime& time : own) found.push_back(log_likelihood(law, std::span(&time, 1)));
    }
    return found;
}

/// A law that is tried.
struct LawCandidate {
    FittedLaw law;
    std::vector<double> left_out;
    double sum = 0;
};

std::vector<LawCandidate> law_candidates_of(std::span<const CensoredTime> times,
                                            std::span<const LawKind> kinds, Shifts shifts) {
    std::vector<double> tried{0};
    if (shifts == Shifts::kTried) {
        const double least = moments_of(times).least;
        for (const double share : kShiftShares) tried.push_back(share * least);
    }
    std::vector<LawCandidate> candidates;
    for (const LawKind kind : kinds) {
        for (const double shift : tried) {
            LawCandidate one{fit_kind(times, kind, shift), left_out_likelihoods(times, kind, shift), 0};
            for (const double part : one.left_out) one.sum += part;
            candidates.push_back(std::move(one));
        }
    }
    return candidates;
}

/// Standard error of the difference of two sums over the same times.
double error_of_difference(const LawCandidate& a, const LawCandidate& b) {
    double sum = 0;
    double squares = 0;
    const auto count = static_cast<double>(a.left_out.size());
    for (std::size_t i = 0; i < a.left_out.size(); ++i) {
        const double off = a.left_out[i] - b.left_out[i];
        sum += off;
        squares += off * off;
    }
    return std::sqrt(std::max(0.0, squares - sum * sum / count));
}

FittedLaw choose(const std::vector<LawCandidate>& candidates) {
    const auto best = std::max_element(candidates.begin(), candidates.end(),
                                       [](const auto& a, const auto& b) { return a.sum < b.sum; });
    const LawCandidate* chosen = &*best;
    for (const LawCandidate& one : candidates) {
        const bool as_good = best->sum - one.sum < error_of_difference(*best, one);
        const int fewer = chosen->law.parameters() - one.law.parameters();
        if (as_good && (fewer > 0 || (fewer == 0 && one.sum > chosen->sum)))
            chosen = &one;
    }
    return chosen->law;
}

double distance_of(const FittedLaw& law, std::span<const CensoredTime> times) {
    double before = 1;
    double most = 0;
    for (const SurvivalPoint& point : kaplan_meier(times)) {
        if (point.at_risk < std::max(kLeastAtRisk, times.size() / 20))
            break;
        const double own = law.survival(point.seconds);
        most = std::max({most, std::abs(own - point.survival), std::abs(own - before)});
        before = point.survival;
    }
    return most;
}

bool is_constant(std::span<const CensoredTime> times) {
    const Moments moments = moments_of(times);
    return std::all_of(times.begin(), times.end(), [&](const CensoredTime& time) {
        return time.at_least ? time.seconds <= moments.mean * (1 + kConstantSpread)
                             : std::abs(time.seconds - moments.mean) <= kConstantSpread * moments.mean;
    });
}

}  // namespace

std::vector<SurvivalPoint> kaplan_meier(std::span<const CensoredTime> times) {
    std::vector<CensoredTime> sorted(times.begin(), times.end());
    // At one moment, who ended was still there with those of whom no more is known.
    std::sort(sorted.begin(), sorted.end(), [](const CensoredTime& a, const CensoredTime& b) {
        return a.seconds != b.seconds ? a.seconds < b.seconds : a.at_least < b.at_least;
    });
    std::vector<SurvivalPoint> curve;
    double survival = 1;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (sorted[i].at_least)
            continue;
        survival *= 1 - 1 / static_cast<double>(sorted.size() - i);
        if (!curve.empty() && curve.back().seconds == sorted[i].seconds)
            curve.back().survival = survival;
        else
            curve.push_back({sorted[i].seconds, survival, sorted.size() - i});
    }
    return curve;
}

LawFinding fit_law(std::span<const CensoredTime> times, std::span<const LawKind> kinds, Shifts shifts) {
    LawFinding found;
    for (const CensoredTime& time : times) ++(time.at_least ? found.at_least : found.exact);
    SPILLWAY_CHECK(found.exact > 0, "a law of no exact time");
    if (is_constant(times)) {
        found.law = {LawKind::kConstant, 0, moments_of(times).mean, 1};
        return found;
    }
    found.law = choose(law_candidates_of(times, kinds, shifts));
    found.distance = distance_of(found.law, times);
    std::array<std::vector<CensoredTime>, 2> halves;
    for (std::size_t i = 0; i < times.size(); ++i) halves[i % 2].push_back(times[i]);
    for (std::size_t half = 0; half < 2; ++half) {
        if (std::all_of(halves[half].begin(), halves[half].end(),
                        [](const auto& time) { return time.at_least; }))
            continue;
        const FittedLaw own = fit_kind(halves[half], found.law.kind, found.law.shift);
        found.left_out_distance = std::max(found.left_out_distance, distance_of(own, halves[1 - half]));
    }
    return found;
}

}  // namespace spillway
