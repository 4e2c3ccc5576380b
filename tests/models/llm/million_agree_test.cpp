// Label slow: a million requests, with preemptions, clients that leave and hits in the prefix cache.
#include <algorithm>
#include <iterator>

#include "tests/models/llm/random_work.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

/// Whether the workload of a seed preempts, and its queue empties from time to time: a longer one of an
/// overloaded engine would be all queue. A longer workload of the same seed begins with the same requests.
bool is_busy_and_keeps_up(std::uint64_t seed) {
    const RandomWork probe = random_work(seed, 3000);
    const EngineLog log = run_batch(probe.setup, probe.items);
    const SimTime last = probe.items.back().at;
    return log.counts.preemptions > 150 && log.ends.back().at - last < (last - SimTime{}) / 50;
}

bool some_leave(const RandomWork& work) {
    return std::any_of(work.items.begin(), work.items.end(),
                       [](const WorkItem& item) { return item.leaves_after.has_value(); });
}
bool prefixes_are_cached(const RandomWork& work) { return work.setup.rules.prefix_cache; }
bool clients_read_slowly(const RandomWork& work) {
    return work.setup.rules.read_period > to_ticks(Duration{std::chrono::milliseconds{20}});
}

/// One workload each.
constexpr bool (*kWanted[])(const RandomWork&) = {some_leave, prefixes_are_cached, clients_read_slowly};

}  // namespace

TEST_CASE("both engines agree over a million requests", "[llm][agree]") {
    std::size_t found = 0;
    std::uint64_t cached = 0;
    std::size_t left = 0;
    for (std::uint64_t seed = 0; seed < 3000 && found < std::size(kWanted); ++seed) {
        if (!kWanted[found](random_work(seed, 300)) || !is_busy_and_keeps_up(seed))
            continue;
        ++found;
        const RandomWork work = random_work(seed, 340'000);
        const EngineLog reference = run_reference(work.setup, work.items);
        const EngineLog batch = run_batch(work.setup, work.items);
        INFO("seed " << seed);
        REQUIRE(reference.difference(batch) == "");
        CHECK(batch.ends.size() > 250'000);
        CHECK(batch.counts.preemptions > 1000);
        cached += batch.counts.cached_tokens;
        left += work.items.size() - batch.ends.size();
    }
    REQUIRE(found == std::size(kWanted));
    CHECK(cached > 1'000'000);
    CHECK(left > 10'000);
}
