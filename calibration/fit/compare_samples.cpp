#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "calibration/common/order_statistics.hpp"
#include "calibration/fit/drift.hpp"

namespace spillway {
namespace {

/// Samples of both files that belong together, by their parameters.
struct Pair {
    const Sample* a = nullptr;
    const Sample* b = nullptr;
};
using Points = std::map<std::string, Pair>;

std::string probe_of(const Sample& sample) {
    std::string name = sample.probe;
    for (const auto& [key, word] : sample.words) name += " " + word;
    return name;
}

std::string point_of(const Sample& sample) {
    std::string text;
    for (const auto& [name, number] : sample.numbers)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, number);
    return text;
}

bool is_time(const Sample& sample) {
    return std::isfinite(sample.median_seconds) && sample.median_seconds > 0;
}

/// What becomes of points that something speaks against.
enum class Marked : std::uint8_t { kLeftOut, kTaken };

std::map<std::string, Points> paired(const SampleFile& a, const SampleFile& b, Marked marked) {
    std::map<std::string, Points> probes;
    const auto add = [&](const SampleFile& file, const Sample* Pair::*side) {
        for (const Sample& sample : file.samples) {
            Points& points = probes[probe_of(sample)];
            if (is_time(sample) && (sample.marks.empty() || marked == Marked::kTaken))
                points[point_of(sample)].*side = &sample;
        }
    };
    add(a, &Pair::a);
    add(b, &Pair::b);
    return probes;
}

bool in_common(const Points& points) {
    return std::any_of(points.begin(), points.end(), [](const auto& point) {
        return point.second.a != nullptr && point.second.b != nullptr;
    });
}

/// How far two rounds of one file typically lie apart, whichever file is worse.
double rerun_noise(const Points& points) {
    std::vector<double> a;
    std::vector<double> b;
    for (const auto& [name, pair] : points) {
        if (pair.a != nullptr && pair.a->rerun)
            a.push_back(std::abs(*pair.a->rerun));
        if (pair.b != nullptr && pair.b->rerun)
            b.push_back(std::abs(*pair.b->rerun));
    }
    const double of_a = a.empty() ? 0 : order_statistics(a).median;
    const double of_b = b.empty() ? 0 : order_statistics(b).median;
    return std::max(of_a, of_b);
}

struct Interval {
    double low = 1;
    double high = 1;
};

/// Of few points: all of them, each with the intervals of its medians.
Interval of_few(const Points& points) {
    Interval interval{1e300, 0};
    for (const auto& [name, pair] : points) {
        if (pair.a == nullptr || pair.b == nullptr)
            continue;
        const double ratio = pair.b->median_seconds / pair.a->median_seconds;
        const double width = std::hypot(pair.a->half_width.value_or(0), pair.b->half_width.value_or(0));
        interval.low = std::min(interval.low, ratio / (1 + width));
        interval.high = std::max(interval.high, ratio * (1 + width));
    }
    return interval;
}

Interval interval_of(const Points& points, const OrderStatistics& ratios) {
    const Interval found =
        ratios.half_width ? Interval{ratios.interval_low, ratios.interval_high} : of_few(points);
    const double noise = rerun_noise(points);
    return {found.low / (1 + noise), found.high * (1 + noise)};
}

std::vector<std::string> outliers(const Points& points, double median) {
    constexpr double kApart = 0.1;
    constexpr std::size_t kShown = 3;
    std::vector<std::pair<double, std::string>> found;
    for (const auto& [name, pair] : points) {
        if (pair.a == nullptr || pair.b == nullptr)
            continue;
        const double ratio = pair.b->median_seconds / pair.a->median_seconds;
        if (std::abs(ratio / median - 1) > kApart)
            found.emplace_back(std::abs(std::log(ratio / median)),
                               fmt::format("{}: {:+.0f} %", name, 100 * (ratio - 1)));
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<std::string> texts;
    texts.reserve(found.size());
    for (const auto& [size, text] : found) texts.push_back(text);
    if (texts.size() > kShown) {
        const std::size_t more = texts.size() - kShown;
        texts.resize(kShown);
        texts.push_back(fmt::format("and {} more", more));
    }
    return texts;
}

ProbeDrift drift_of(const std::string& probe, const Points& points, double threshold) {
    ProbeDrift drift;
    drift.probe = probe;
    std::vector<double> ratios;
    for (const auto& [name, pair] : points) {
        if (pair.a != nullptr && pair.b != nullptr)
            ratios.push_back(pair.b->median_seconds / pair.a->median_seconds);
    }
    drift.points = ratios.size();
    if (ratios.empty()) {
        drift.verdict = Drift::kMissing;
        const bool some_a =
            std::any_of(points.begin(), points.end(), [](const auto& p) { return p.second.a != nullptr; });
        const bool some_b =
            std::any_of(points.begin(), points.end(), [](const auto& p) { return p.second.b != nullptr; });
        drift.reason = some_a && some_b ? "no point in common"
                       : some_a         ? "only in A"
                       : some_b         ? "only in B"
                                        : "no point has a time";
        return drift;
    }
    const OrderStatistics statistics = order_statistics(ratios);
    const Interval interval = interval_of(points, statistics);
    drift.ratio = statistics.median;
    drift.low = interval.low;
    drift.high = interval.high;
    judge_drift(drift, threshold);
    drift.changed = outliers(points, drift.ratio);
    return drift;
}

}  // namespace

std::vector<ProbeDrift> compare_samples(const SampleFile& a, const SampleFile& b, double threshold) {
    const std::map<std::string, Points> all = paired(a, b, Marked::kTaken);
    std::vector<ProbeDrift> drifts;
    for (const auto& [probe, points] : paired(a, b, Marked::kLeftOut)) {
        const bool unmarked = in_common(points);
        ProbeDrift& drift =
            drifts.emplace_back(drift_of(probe, unmarked ? points : all.at(probe), threshold));
        if (!unmarked && drift.points > 0) {
            drift.verdict = Drift::kUnclear;
            drift.reason = "every point that both have is marked in one of them";
        }
    }
    return drifts;
}

}  // namespace spillway
