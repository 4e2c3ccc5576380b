#include "sim/core/rng.hpp"

#include <array>
#include <limits>
#include <vector>

#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

std::array<std::uint64_t, 4> first_four(RandomStream stream) {
    return {stream(), stream(), stream(), stream()};
}

}  // namespace

TEST_CASE("Philox2x64-10 yields the known answers of its authors", "[core][rng]") {
    struct Known {
        std::array<std::uint64_t, 2> counter;
        std::uint64_t key;
        std::array<std::uint64_t, 2> result;
    };
    // Random123, kat_vectors, "philox2x64 10".
    constexpr std::uint64_t kOnes = ~std::uint64_t{0};
    const std::array known{
        Known{{0, 0}, 0, {0xca00a0459843d731, 0x66c24222c9a845b5}},
        Known{{kOnes, kOnes}, kOnes, {0x65b021d60cd8310f, 0x4d02f3222f86df20}},
        Known{{0x243f6a8885a308d3, 0x13198a2e03707344},
              0xa4093822299f31d0,
              {0x0a5e742c2997341c, 0xb0f883d38000de5d}},
    };
    for (const Known& vector : known) {
        const r123::Philox2x64::ctr_type drawn =
            r123::Philox2x64{}({{vector.counter[0], vector.counter[1]}}, {{vector.key}});
        REQUIRE(drawn[0] == vector.result[0]);
        REQUIRE(drawn[1] == vector.result[1]);
    }
}

TEST_CASE("a stream is the counter of its blocks, entity and attempt under its key", "[core][rng]") {
    const StreamKey key({.seed = 5, .replication = 2}, "service");
    RandomStream stream(key, 17, 3);
    for (std::uint64_t block = 0; block < 3; ++block) {
        const auto drawn = r123::Philox2x64{}({{(std::uint64_t{3} << 32) + block, 17}}, {{key.value()}});
        REQUIRE(stream() == drawn[0]);
        REQUIRE(stream() == drawn[1]);
    }
}

TEST_CASE("what a stream yields does not depend on who drew before", "[core][rng]") {
    const StreamKey key({}, "service");
    const auto alone = first_four(RandomStream(key, 8));
    RandomStream neighbour(key, 7);
    for (int i = 0; i < 100; ++i) neighbour();
    REQUIRE(first_four(RandomStream(key, 8)) == alone);
}

TEST_CASE("seed, replication, purpose, entity and attempt each change the stream", "[core][rng]") {
    const auto base = first_four(RandomStream(StreamKey({1, 0}, "service"), 1, 0));
    REQUIRE(first_four(RandomStream(StreamKey({2, 0}, "service"), 1, 0)) != base);
    REQUIRE(first_four(RandomStream(StreamKey({1, 1}, "service"), 1, 0)) != base);
    REQUIRE(first_four(RandomStream(StreamKey({1, 0}, "start"), 1, 0)) != base);
    REQUIRE(first_four(RandomStream(StreamKey({1, 0}, "service"), 2, 0)) != base);
    REQUIRE(first_four(RandomStream(StreamKey({1, 0}, "service"), 1, 1)) != base);
    REQUIRE(first_four(RandomStream(StreamKey({0, 1}, "service"), 1, 0)) != base);
}

TEST_CASE("a stream's numbers are the same on every build", "[core][rng]") {
    // Approved once: a change here moves every result, and says so in its commit.
    REQUIRE(StreamKey({.seed = 1, .replication = 0}, "service").value() == 0xea40fff6695b4a3f);
}

TEST_CASE("the open unit interval reaches neither 0 nor 1", "[core][rng]") {
    REQUIRE(open_unit(0) > 0);
    REQUIRE(open_unit(0) == 0x1p-53);
    REQUIRE(open_unit(std::numeric_limits<std::uint64_t>::max()) < 1);
    REQUIRE(open_unit(std::numeric_limits<std::uint64_t>::max()) == 1 - 0x1p-53);
}

TEST_CASE("uniform draws fill the unit interval evenly", "[core][rng]") {
    // Chi-squared over 100 cells, 99 degrees of freedom: above 148.2 with probability 0.001. The seed is
    // fixed.
    constexpr int kDraws = 100'000;
    std::vector<int> cells(100);
    RandomStream stream(StreamKey({.seed = 11}, "uniformity"), 0);
    for (int i = 0; i < kDraws; ++i) ++cells[static_cast<std::size_t>(stream.uniform() * 100)];
    double chi_squared = 0;
    for (const int count : cells)
        chi_squared += (count - kDraws / 100.0) * (count - kDraws / 100.0) / (kDraws / 100.0);
    REQUIRE(chi_squared < 148.2);
}

TEST_CASE("first draws of neighbouring entities are uncorrelated", "[core][rng]") {
    // The correlation of n independent pairs is within 3.3/sqrt(n) with probability 0.999. The seed is fixed.
    constexpr int kPairs = 20'000;
    const StreamKey key({.seed = 12}, "neighbours");
    double sum = 0;
    for (std::uint64_t i = 0; i < kPairs; ++i) {
        sum += (RandomStream(key, i).uniform() - 0.5) * (RandomStream(key, i + 1).uniform() - 0.5) * 12;
    }
    REQUIRE(std::abs(sum / kPairs) < 3.3 / std::sqrt(double{kPairs}));
}
