// Label slow: a million requests, with preemptions, clients that leave and hits in the prefix cache. The
// seeds are those of workloads whose queues empty from time to time.
#include "tests/models/llm/engine_world.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

TEST_CASE("both engines agree over a million requests", "[llm][agree]") {
    for (const std::uint64_t seed : {7U, 11U, 41U}) {
        const RandomWork work = random_work(seed, 340'000);
        const EngineLog reference = run_reference(work.setup, work.items);
        const EngineLog batch = run_batch(work.setup, work.items);
        INFO("seed " << seed);
        REQUIRE(reference.difference(batch) == "");
        CHECK(batch.ends.size() > 250'000);
        CHECK(batch.counts.preemptions > 1000);
    }
}
