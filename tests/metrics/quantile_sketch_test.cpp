#include "sim/metrics/quantile_sketch.hpp"

#include "tests/support/catch.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

QuantileSketch of_range(std::int64_t first, std::int64_t last) {
    QuantileSketch sketch;
    for (std::int64_t i = first; i <= last; ++i) sketch.add(Duration{i});
    return sketch;
}

TEST_CASE("an empty sketch has no figures", "[metrics][sketch]") {
    const QuantileSketch sketch;
    REQUIRE(sketch.count() == 0);
    REQUIRE_FALSE(sketch.mean());
    REQUIRE_FALSE(sketch.min());
    REQUIRE_FALSE(sketch.max());
    REQUIRE_FALSE(sketch.quantile(kP50));
}

TEST_CASE("a quantile is the value at the nearest rank", "[metrics][sketch]") {
    QuantileSketch sketch;
    for (const auto value : {15s, 20s, 35s, 40s, 50s}) sketch.add(value);
    REQUIRE(sketch.quantile(Quantile::from_percent(5)) == 15s);
    REQUIRE(sketch.quantile(Quantile::from_percent(30)) == 20s);
    REQUIRE(sketch.quantile(Quantile::from_percent(40)) == 20s);
    REQUIRE(sketch.quantile(Quantile::from_percent(40.0001)) == 35s);
    REQUIRE(sketch.quantile(kP50) == 35s);
    REQUIRE(sketch.quantile(Quantile::from_percent(100)) == 50s);
}

TEST_CASE("ranks are computed in integers, so that 7% of 100 is the 7th value", "[metrics][sketch]") {
    REQUIRE(nearest_rank(Quantile::from_percent(7), 100) == 7);  // 0.07 * 100 > 7 in binary
    REQUIRE(nearest_rank(kP999, 1000) == 999);
    REQUIRE(nearest_rank(kP999, 1001) == 1000);
    REQUIRE(nearest_rank(Quantile::from_percent(0), 10) == 1);
    REQUIRE(nearest_rank(kP50, 1) == 1);
}

TEST_CASE("below ten thousand values every quantile is exact, from then on within 0.4%",
          "[metrics][sketch]") {
    const QuantileSketch exact = of_range(1'000'001, 1'009'999);
    REQUIRE(exact.count() == kExactBelow - 1);
    REQUIRE(exact.quantile(kP50) == Duration{1'005'000});
    REQUIRE(exact.quantile(kP99) == Duration{1'009'900});

    const QuantileSketch binned = of_range(1'000'001, 1'010'000);
    REQUIRE(binned.count() == kExactBelow);
    REQUIRE(to_seconds(*binned.quantile(kP50)) == tests::Approx(0.001005).epsilon(0.004));
    REQUIRE(binned.quantile(kP50) != Duration{1'005'000});
}

TEST_CASE("values up to 255 ns have bins of their own", "[metrics][sketch]") {
    QuantileSketch sketch;
    for (int i = 0; i < 100; ++i) sketch.merge(of_range(0, 255));
    REQUIRE(sketch.count() == 25'600);
    REQUIRE(sketch.quantile(kP50) == 127ns);
    REQUIRE(sketch.quantile(Quantile::from_percent(100)) == 255ns);
}

TEST_CASE("zeros count, and come first", "[metrics][sketch]") {
    QuantileSketch sketch;
    for (int i = 0; i < 9'000; ++i) sketch.add(0ns);
    for (int i = 0; i < 9'000; ++i) sketch.add(2s);
    REQUIRE(sketch.count() == 18'000);
    REQUIRE(sketch.quantile(kP50) == 0ns);
    REQUIRE(sketch.quantile(Quantile::from_percent(50.01)) == 2s);
    REQUIRE(sketch.mean() == 1s);
    REQUIRE(sketch.min() == 0ns);
    REQUIRE(sketch.max() == 2s);
}

TEST_CASE("many zeros at once are the same as one after the other", "[metrics][sketch]") {
    for (const std::uint64_t zeros : {std::uint64_t{0}, std::uint64_t{5}, kExactBelow}) {
        QuantileSketch at_once;
        QuantileSketch singly;
        for (int i = 1; i <= 100; ++i) {
            at_once.add(i * 1ms);
            singly.add(i * 1ms);
        }
        at_once.add_zeros(zeros);
        for (std::uint64_t i = 0; i < zeros; ++i) singly.add(0ns);
        REQUIRE(at_once == singly);
    }
}

TEST_CASE("a ramp is counted in whole nanoseconds and summed with their fractions", "[metrics][sketch]") {
    // 0.75, 1.5, 2.25, 3 ns: 0, 1, 2 and 3 when counted, 7.5 in all.
    const Ticks step = (Ticks{1} << kTickBits) * 3 / 4;
    const Ramp ramp{step, step, 4, 5};
    REQUIRE((ramp.sum() == step * 10 * 5));
    REQUIRE(ramp.steps_below(1) == 1);
    REQUIRE(ramp.steps_below(3) == 3);
    REQUIRE(ramp.steps_below(4) == 4);
    QuantileSketch sketch;
    sketch.add(ramp);
    REQUIRE(sketch.count() == 20);
    REQUIRE(sketch.mean() == 2ns);  // 1.875
    REQUIRE(sketch.min() == 0ns);
    REQUIRE(sketch.max() == 3ns);
}

TEST_CASE("a ramp of a billion values is added at once", "[metrics][sketch]") {
    QuantileSketch sketch;
    // From 20 ms on, a nanosecond more each, for a million steps; 1,000 values a step.
    sketch.add(Ramp{to_ticks(Duration{20ms}), to_ticks(Duration{1ns}), 1'000'000, 1'000});
    REQUIRE(sketch.count() == 1'000'000'000);
    REQUIRE(sketch.mean() == 20ms + 500us);  // 499,999.5 ns, rounded to the nearest
    REQUIRE(to_seconds(*sketch.quantile(kP99)) == tests::Approx(0.02099).epsilon(0.004));
    REQUIRE(sketch.max() == 21ms - 1ns);
}

TEST_CASE("a constant is reported as itself, whatever the bin's middle", "[metrics][sketch]") {
    QuantileSketch sketch;
    for (int i = 0; i < 20'000; ++i) sketch.add(1s);
    REQUIRE(sketch.quantile(kP50) == 1s);
    REQUIRE(sketch.quantile(kP999) == 1s);
}

TEST_CASE("the mean is exact where a 64-bit sum would overflow", "[metrics][sketch]") {
    QuantileSketch sketch;
    const Duration century = 100 * 365 * 24h;
    for (int i = 0; i < 1'000; ++i) sketch.add(century + Duration{i});
    REQUIRE(sketch.mean() == century + 500ns);  // 499.5, rounded to the nearest
    REQUIRE(sketch.min() == century);
    REQUIRE(sketch.max() == century + 999ns);
}

TEST_CASE("every duration has a bin, and its middle is within 1/256", "[metrics][sketch]") {
    REQUIRE(bin_of(Duration{0}) == 0);
    REQUIRE(bin_of(Duration{255}) == 255);
    REQUIRE(bin_of(Duration{256}) == 256);
    REQUIRE(bin_of(Duration::max()) == kBinOctaves * kBinsPerOctave - 1);
    std::uint32_t before = 0;
    for (std::int64_t value = 1; value < std::int64_t{1} << 61; value += value / 300 + 1) {
        const std::uint32_t bin = bin_of(Duration{value});
        REQUIRE(bin >= before);
        const double error = static_cast<double>(bin_middle(bin).count() - value);
        REQUIRE(std::abs(error) <= static_cast<double>(value) / 256);
        REQUIRE(bin_end(bin) > static_cast<std::uint64_t>(value));
        REQUIRE(bin_of(Duration{static_cast<std::int64_t>(bin_end(bin))}) == bin + 1);
        before = bin;
    }
}

TEST_CASE("a negative duration is our own bug", "[metrics][sketch]") {
    QuantileSketch sketch;
    REQUIRE_THROWS_AS(sketch.add(-1ns), InternalError);
}

}  // namespace
}  // namespace spillway
