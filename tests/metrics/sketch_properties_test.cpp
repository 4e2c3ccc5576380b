#include <algorithm>
#include <numeric>
#include <vector>

#include "sim/metrics/latency_parts.hpp"
#include "sim/metrics/quantile_sketch.hpp"
#include "tests/support/rapidcheck.hpp"

namespace spillway {
namespace {

constexpr std::array kQuantiles{Quantile{1}, Quantile{100'000}, kP50, Quantile{900'000}, kP95, kP99, kP999};

/// A latency anywhere between nothing and a century, small and large ones equally likely, often zero.
Duration any_duration() {
    if (*rc::gen::inRange(0, 4) == 0)
        return Duration{0};
    const int bits = *rc::gen::inRange(1, 62);
    return Duration{*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << bits)};
}

/// Thousands of values from a few drawn ones: drawing each would make a case take seconds.
std::vector<Duration> many_durations(std::size_t count) {
    std::vector<Duration> seeds(50);
    for (Duration& seed : seeds) seed = any_duration();
    std::vector<Duration> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Duration seed = seeds[i * 31 % seeds.size()];
        values[i] = seed + seed / 1000 * static_cast<std::int64_t>(i * 7919 % 1000);
    }
    return values;
}

std::size_t any_count() {
    return *rc::gen::element<std::size_t>(1, 2, 100, 4'999, 9'999, 10'000, 10'001, 25'000);
}

Parts any_parts(const std::vector<Duration>& values, std::size_t i) {
    Parts parts{};
    parts[i % parts.size()] = values[i] / 4;
    parts[(i / 3) % parts.size()] = values[(i * 5) % values.size()] / 4;
    return parts;
}

TEST_CASE("quantiles agree with sorting: exactly below ten thousand values, within 0.4% above",
          "[metrics][properties]") {
    tests::check_property("quantile", [] {
        std::vector<Duration> values = many_durations(any_count());
        QuantileSketch sketch;
        for (const Duration value : values) sketch.add(value);
        std::sort(values.begin(), values.end());
        RC_ASSERT(sketch.min() == values.front());
        RC_ASSERT(sketch.max() == values.back());
        for (const Quantile quantile : kQuantiles) {
            const Duration expected = values[nearest_rank(quantile, values.size()) - 1];
            const Duration actual = sketch.quantile(quantile).value();
            if (values.size() < kExactBelow) {
                RC_ASSERT(actual == expected);
            } else {
                const auto error = static_cast<double>((actual - expected).count());
                RC_ASSERT(std::abs(error) <= 0.004 * static_cast<double>(expected.count()));
            }
        }
    });
}

/// Gaps that grow as those of a batch do, or much faster, or not at all; they may begin below a nanosecond.
Ramp any_ramp() {
    Ramp ramp;
    ramp.first = Ticks{*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << *rc::gen::inRange(1, 63))};
    ramp.growth = Ticks{*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << *rc::gen::inRange(0, 60))};
    // Often whole nanoseconds or a tick less, so that values lie on the ends of bins and just before them.
    const Ticks whole = Ticks{1} << kTickBits;
    const int grid = *rc::gen::inRange(0, 3);
    if (grid > 0) {
        ramp.first = (ramp.first / whole + 1) * whole - (grid - 1);
        ramp.growth = ramp.growth / whole * whole;
    }
    ramp.steps = *rc::gen::element<std::uint64_t>(0, 1, 2, 37, 900, 9'999, 10'001);
    ramp.each = *rc::gen::element<std::uint64_t>(0, 1, 3, 40);
    return ramp;
}

TEST_CASE("a ramp added at once is the same as its values one by one", "[metrics][properties]") {
    tests::check_property("bulk", [] {
        QuantileSketch at_once;
        QuantileSketch singly;
        QuantileSketch whole;  // in nanoseconds, so that its mean may be one less
        const auto ramps = *rc::gen::inRange<std::size_t>(1, 4);
        for (std::size_t i = 0; i < ramps; ++i) {
            const Ramp ramp = any_ramp();
            at_once.add(ramp);
            for (std::uint64_t step = 0; step < ramp.steps; ++step) {
                for (std::uint64_t k = 0; k < ramp.each; ++k) {
                    singly.add(Ramp{ramp.at(step), 0, 1, 1});
                    whole.add(ramp.value(step));
                }
            }
        }
        RC_ASSERT(at_once == singly);
        RC_ASSERT(at_once.count() == whole.count());
        if (whole.count() > 0) {
            for (const Quantile quantile :
                 {Quantile::from_percent(0), kP50, kP99, Quantile::from_percent(100)})
                RC_ASSERT(at_once.quantile(quantile) == whole.quantile(quantile));
            RC_ASSERT(*at_once.mean() - *whole.mean() >= Duration{0});
            RC_ASSERT(*at_once.mean() - *whole.mean() <= Duration{1});
        }
        RC_ASSERT(at_once.min() == whole.min());
        RC_ASSERT(at_once.max() == whole.max());
        RC_CLASSIFY(at_once.count() < kExactBelow);
    });
}

TEST_CASE("sketches merged in any order and split are the same as one", "[metrics][properties]") {
    tests::check_property("merge", [] {
        const std::vector<Duration> values = many_durations(any_count());
        const auto pieces = *rc::gen::inRange<std::size_t>(1, 6);
        std::vector<QuantileSketch> sketches(pieces);
        std::vector<LatencyParts> parts(pieces);
        QuantileSketch whole;
        LatencyParts whole_parts;
        for (std::size_t i = 0; i < values.size(); ++i) {
            whole.add(values[i]);
            whole_parts.add(any_parts(values, i));
            sketches[i % 97 % pieces].add(values[i]);
            parts[i % 97 % pieces].add(any_parts(values, i));
        }
        std::vector<std::size_t> order(pieces);
        std::iota(order.begin(), order.end(), std::size_t{0});
        for (std::size_t i = pieces; i > 1; --i)
            std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
        QuantileSketch merged;
        LatencyParts merged_parts;
        for (const std::size_t piece : order) {
            merged.merge(sketches[piece]);
            merged_parts.merge(parts[piece]);
        }
        RC_ASSERT(merged == whole);
        RC_ASSERT(merged_parts == whole_parts);
        for (const Quantile quantile : kQuantiles)
            RC_ASSERT(merged.quantile(quantile) == whole.quantile(quantile));
        RC_ASSERT(merged_parts.band(kP95, kP99).share == whole_parts.band(kP95, kP99).share);
    });
}

TEST_CASE("shares of every band add up to 1, and its parts to its mean total", "[metrics][properties]") {
    tests::check_property("band", [] {
        const std::vector<Duration> values = many_durations(any_count());
        LatencyParts parts;
        std::vector<Duration> totals;
        for (std::size_t i = 0; i < values.size(); ++i) {
            parts.add(any_parts(values, i));
            totals.push_back(total_of(any_parts(values, i)));
        }
        std::sort(totals.begin(), totals.end());
        const Quantile from{985'000};
        const Quantile to{995'000};
        const std::uint64_t first = nearest_rank(from, totals.size());
        const std::uint64_t last = nearest_rank(to, totals.size());
        double expected = 0;
        for (std::uint64_t rank = first; rank <= last; ++rank) expected += to_seconds(totals[rank - 1]);
        expected /= static_cast<double>(last - first + 1);

        const BandFigures band = parts.band(from, to);
        RC_ASSERT(band.requests == last - first + 1);
        const double mean = std::accumulate(band.mean_seconds.begin(), band.mean_seconds.end(), 0.0);
        const double share = std::accumulate(band.share.begin(), band.share.end(), 0.0);
        // A bin is 1/128 wide, and the band may cut through two of them.
        RC_ASSERT(std::abs(mean - expected) <= expected * (totals.size() < kExactBelow ? 1e-9 : 0.008));
        RC_ASSERT(std::abs(share - (expected > 0 ? 1 : 0)) < 1e-12);
    });
}

}  // namespace
}  // namespace spillway
