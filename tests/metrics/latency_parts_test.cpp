#include "sim/metrics/latency_parts.hpp"

#include <numeric>

#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using tests::Approx;

Parts queue_and_decode(Duration queue, Duration decode) {
    Parts parts{};
    parts[static_cast<std::size_t>(LatencyPart::kQueue)] = queue;
    parts[static_cast<std::size_t>(LatencyPart::kDecode)] = decode;
    return parts;
}

double share(const BandFigures& band, LatencyPart part) { return band.share[static_cast<std::size_t>(part)]; }

double sum_of_shares(const BandFigures& band) {
    return std::accumulate(band.share.begin(), band.share.end(), 0.0);
}

TEST_CASE("the band around p99 is explained by its own requests", "[metrics][parts]") {
    LatencyParts parts;
    // 980 quick requests that only decode, then 20 slow ones that mostly queue.
    for (int i = 1; i <= 980; ++i) parts.add(queue_and_decode(0ns, 1s + i * 1ns));
    for (int i = 1; i <= 20; ++i) parts.add(queue_and_decode(3s * i, 1s * i));
    const BandFigures band = parts.band(Quantile::from_percent(98.5), Quantile::from_percent(99.5));
    REQUIRE(band.requests == 11);  // ranks 985 to 995, the 5th to the 15th of the slow ones
    REQUIRE(band.mean_seconds[static_cast<std::size_t>(LatencyPart::kQueue)] == Approx(30));
    REQUIRE(share(band, LatencyPart::kQueue) == Approx(0.75));
    REQUIRE(share(band, LatencyPart::kDecode) == Approx(0.25));
    REQUIRE(sum_of_shares(band) == Approx(1));
}

TEST_CASE("equal totals share a band in proportion, in any order of arrival", "[metrics][parts]") {
    LatencyParts one_way;
    LatencyParts other_way;
    for (int i = 0; i < 100; ++i) one_way.add(i < 50 ? queue_and_decode(1s, 1s) : queue_and_decode(0s, 2s));
    for (int i = 0; i < 100; ++i) other_way.add(i < 50 ? queue_and_decode(0s, 2s) : queue_and_decode(1s, 1s));
    const BandFigures band = one_way.band(Quantile::from_percent(98.5), Quantile::from_percent(99.5));
    REQUIRE(share(band, LatencyPart::kQueue) == Approx(0.25));
    REQUIRE(band.share == other_way.band(Quantile::from_percent(98.5), Quantile::from_percent(99.5)).share);
}

TEST_CASE("the band of a single request is that request", "[metrics][parts]") {
    LatencyParts parts;
    parts.add(queue_and_decode(3s, 1s));
    const BandFigures band = parts.band(Quantile::from_percent(98.5), Quantile::from_percent(99.5));
    REQUIRE(band.requests == 1);
    REQUIRE(share(band, LatencyPart::kQueue) == Approx(0.75));
}

TEST_CASE("without requests, and with requests that took no time, there are no shares", "[metrics][parts]") {
    LatencyParts parts;
    REQUIRE(parts.band(kP50, kP99).requests == 0);
    parts.add(Parts{});
    REQUIRE(parts.band(kP50, kP99).requests == 1);
    REQUIRE(sum_of_shares(parts.band(kP50, kP99)) == 0);
}

TEST_CASE("the parts of ten thousand requests and more still add up", "[metrics][parts]") {
    LatencyParts parts;
    Int128 queued = 0;
    for (int i = 0; i < 30'000; ++i) {
        const Duration queue = i % 3 == 0 ? 0ns : i * 1'000'003ns;
        queued += queue.count();
        parts.add(queue_and_decode(queue, 1s));
    }
    REQUIRE(parts.sums()[static_cast<std::size_t>(LatencyPart::kQueue)] == queued);
    REQUIRE((parts.totals().sum() >> kTickBits) == queued + Int128{30'000} * 1'000'000'000);
    const BandFigures band = parts.band(Quantile::from_percent(98.5), Quantile::from_percent(99.5));
    REQUIRE(band.requests == 301);
    REQUIRE(sum_of_shares(band) == Approx(1).epsilon(1e-12));
    REQUIRE(band.mean_seconds[static_cast<std::size_t>(LatencyPart::kDecode)] == Approx(1));

    REQUIRE(to_seconds(*parts.part(LatencyPart::kQueue).quantile(kP50)) == Approx(7.5).epsilon(0.004));
    REQUIRE((parts.part(LatencyPart::kQueue).sum() >> kTickBits) == queued);
    REQUIRE(parts.part(LatencyPart::kDecode).quantile(kP50) == 1s);
    REQUIRE(parts.part(LatencyPart::kLoad).quantile(kP99) == 0s);
}

TEST_CASE("part sums beyond 64 bits are kept, adding and merging", "[metrics][parts]") {
    // 20,000 times 200 years in one bin: 1.3e23 ns, where 64 bits end at 1.8e19.
    const Duration long_wait = 200 * 365 * 24h;
    LatencyParts parts;
    for (int i = 0; i < 20'000; ++i) parts.add(queue_and_decode(long_wait, 1s));
    parts.merge(LatencyParts{parts});
    REQUIRE(parts.count() == 40'000);
    REQUIRE(parts.sums()[static_cast<std::size_t>(LatencyPart::kQueue)] ==
            Int128{40'000} * long_wait.count());
    REQUIRE(parts.sums()[static_cast<std::size_t>(LatencyPart::kDecode)] == Int128{40'000} * 1'000'000'000);
    REQUIRE(share(parts.band(kP50, kP99), LatencyPart::kQueue) == Approx(1).epsilon(1e-9));
}

TEST_CASE("a negative part is our own bug, even when the total is not negative", "[metrics][parts]") {
    LatencyParts parts;
    REQUIRE_THROWS_AS(parts.add(queue_and_decode(-1ns, 1s)), InternalError);
}

}  // namespace
}  // namespace spillway
