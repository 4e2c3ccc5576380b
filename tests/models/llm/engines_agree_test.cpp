// The fast-forwarding engine against the one that takes every step.
#include <algorithm>

#include "tests/models/llm/random_work.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

/// Adds up what the workloads met, so that a suite can show that it met it.
struct Met {
    ServiceUsage usage;
    std::int64_t rejected = 0;
};

Met compare(std::uint64_t first_seed, std::uint64_t seeds, std::size_t requests) {
    Met met;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
        const RandomWork work = random_work(seed, requests);
        const EngineLog reference = run_reference(work.setup, work.items);
        const EngineLog batch = run_batch(work.setup, work.items);
        INFO("seed " << seed << ", " << requests << " requests");
        REQUIRE(reference.difference(batch) == "");
        met.usage.add(batch.counts);
        met.rejected += std::count_if(batch.ends.begin(), batch.ends.end(),
                                      [](const EngineLog::End& end) { return end.stamps.rejected; });
    }
    return met;
}

}  // namespace

TEST_CASE("both engines agree to the nanosecond on every small workload", "[llm][agree]") {
    const Met met = compare(0, 2000, 60);
    CHECK(met.usage.preemptions > 1000);
    CHECK(met.usage.cached_tokens > 1000);
    CHECK(met.rejected > 100);
    CHECK(met.usage.runs < met.usage.iterations / 2);
}

TEST_CASE("both engines agree on longer workloads, in which queues build up and empty", "[llm][agree]") {
    const Met met = compare(10'000, 20, 5000);
    CHECK(met.usage.preemptions > 1000);
}
