#include "calibration/cuda/reference.hpp"

#include <cmath>
#include <set>

#include "calibration/cuda/kernels/random_values.hpp"
#include "tests/calibration/cuda/host_block.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::cuda;
using namespace spillway::tests;

namespace {

double value(std::uint64_t seed, std::uint64_t place) { return widen(random_bf16(seed, place)); }

/// What e4m3 bits mean, by the format's definition.
double fp8_value(std::uint8_t bits) {
    const int exponent = bits >> 3 & 15;
    const int mantissa = bits & 7;
    const double size = exponent == 0 ? mantissa / 8.0 * std::pow(2.0, -6)
                                      : (1 + mantissa / 8.0) * std::pow(2.0, exponent - 7);
    return bits & 0x80 ? -size : size;
}

}  // namespace

TEST_CASE("attention over one key gives its value", "[cuda][reference]") {
    const Reference one = reference_attention({1, 2, 3, 0, 128, 1, 64});
    for (std::uint64_t i = 0; i < 64; ++i) CHECK(one.values[i] == value(3, 128 + i));
    CHECK(one.noise == 1);
}

TEST_CASE("attention over two keys weighs them by the logistic of their scores' difference",
          "[cuda][reference]") {
    const Reference two = reference_attention({1, 2, 3, 64, 0, 2, 64});
    double scores[2] = {0, 0};
    for (std::uint64_t i = 0; i < 64; ++i) {
        scores[0] += value(1, 64 + i) * value(2, i) / 8;
        scores[1] += value(1, 64 + i) * value(2, 64 + i) / 8;
    }
    const double first = 1 / (1 + std::exp(scores[1] - scores[0]));
    for (std::uint64_t i = 0; i < 64; ++i)
        CHECK(two.values[i] == Approx(first * value(3, i) + (1 - first) * value(3, 64 + i)));
}

TEST_CASE("normed values have the weights' size", "[cuda][reference]") {
    const Reference norm = reference_add_norm(1, 2, 3, 0, 4096);
    double squares = 0;
    for (std::uint64_t i = 0; i < 4096; ++i) squares += std::pow(norm.values[i] / value(3, i), 2);
    CHECK(squares / 4096 == Approx(1).epsilon(1e-3));
}

TEST_CASE("a difference names the first wrong value, and NaN is one", "[cuda][reference]") {
    const Reference expected{{1, 2}, 0};
    CHECK(difference(expected, {1, 2}, 0.01).empty());
    CHECK(difference(expected, {1, 2.1F}, 0.01) == "value 1 is 2.1 and should be 2 within 0.02");
    CHECK_FALSE(difference(expected, {NAN, 2}, 0.01).empty());
}

TEST_CASE("random values are spread evenly and small ones are exact in fp8", "[cuda][random]") {
    double sum = 0;
    double squares = 0;
    std::set<int> small;
    for (std::uint64_t i = 0; i < 10000; ++i) {
        const double drawn = value(9, i);
        sum += drawn;
        squares += drawn * drawn;
        small.insert(random_small(9, i));
        CHECK(fp8_value(fp8_bits(random_small(9, i))) == random_small(9, i));
    }
    // Six standard errors: a false alarm in 10^9 seeds, and the seed is fixed.
    CHECK(sum / 10000 == Approx(0).margin(6 * 0.577 / 100));
    CHECK(squares / 10000 == Approx(1.0 / 3).margin(6 * 0.298 / 100));
    CHECK(small.size() == 16);
}

TEST_CASE("bf16 rounds to the nearest, ties to even", "[cuda][random]") {
    CHECK(narrow(1.0F).bits == 0x3f80);
    CHECK(narrow(1.0F + 1.0F / 256).bits == 0x3f80);
    CHECK(narrow(1.0F + 3.0F / 256).bits == 0x3f82);
    CHECK(widen(narrow(-2.5F)) == -2.5F);
    CHECK(narrow_pair(1, 2) == 0x40003f80);
}

TEST_CASE("a barrier that not all threads reach is found", "[cuda][executor]") {
    HostBlock block(64, 0);
    CHECK_THROWS_AS(block.run([&](int index) {
        if (index != 5)
            block.meet(index, 0, 64);
    }),
                    std::logic_error);
}
