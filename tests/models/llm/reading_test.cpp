// Clients that read at a pace of their own: by hand on both engines, and the two against each other where the
// engine is never empty.
#include <random>

#include "models/llm/read_pace.hpp"
#include "tests/models/llm/plain_engine.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

EngineSetup read_every(Duration period, Duration send = 0ms) {
    EngineSetup setup = plain_setup();
    setup.rules.read_period = to_ticks(period);
    setup.rules.send_time = send;
    return setup;
}

/// Of one whose tokens are made at 55, 65, 75 and 85 ms.
ServiceEnd only_end(const EngineSetup& setup) {
    return run_both(setup, {item(5ms, 40, 4)}).ends.at(0).stamps;
}

}  // namespace

TEST_CASE("a slow client has each token a period after the one before", "[llm][reading]") {
    const ServiceEnd end = only_end(read_every(20ms));
    CHECK(end.first_token == SimTime{55ms});
    CHECK(end.last_token == SimTime{85ms});
    CHECK(end.reading == 55ms + 3 * 20ms - 85ms);
}

TEST_CASE("each token is sent before it is read", "[llm][reading]") {
    const ServiceEnd end = only_end(read_every(20ms, 3ms));
    CHECK(end.first_token == SimTime{58ms});
    CHECK(end.last_token == SimTime{88ms});
    CHECK(end.reading == 30ms);
}

TEST_CASE("a client that keeps up has the last token when it has been sent", "[llm][reading]") {
    const ServiceEnd end = only_end(read_every(10ms, 2ms));
    CHECK(end.last_token == SimTime{87ms});
    CHECK(end.reading == 0ms);
}

TEST_CASE("a client catches up while the engine computes the prompts of others", "[llm][reading]") {
    EngineSetup setup = read_every(30ms);
    setup.rules.prefill = PrefillMode::kPromptsFirst;
    // Tokens at 50, 170 and 180 ms, and at 160 and 170 ms.
    const EngineLog log = run_both(setup, {item(0ms, 40, 3), item(1ms, 100, 2)});
    CHECK(end_of(log, 0).stamps.reading == 170ms + 30ms - 180ms);
    CHECK(end_of(log, 1).stamps.reading == 160ms + 30ms - 170ms);
}

TEST_CASE("what a client had not read when its request was preempted it reads meanwhile", "[llm][reading]") {
    EngineSetup setup = read_every(100ms);
    setup.rules.kv_blocks = 4;
    setup.rules.max_context = 64;
    // The second one's tokens are made at 72, 82 and, after the first has ended at 162 ms, at 205 ms.
    const std::vector<WorkItem> items{item(0ms, 31, 10), item(0ms, 31, 3)};
    const EngineLog slow = run_both(setup, items);
    CHECK(slow.counts.preemptions == 1);
    CHECK(end_of(slow, 1).stamps.reading == 72ms + 2 * 100ms - 205ms);
    setup.rules.read_period = to_ticks(Duration{60ms});
    CHECK(end_of(run_both(setup, items), 1).stamps.reading == 0ms);
}

TEST_CASE("whoever gets the answer at once does not read along", "[llm][reading]") {
    EngineSetup setup = read_every(20ms, 3ms);
    setup.class_streams = {true, false};
    std::vector<WorkItem> items{item(5ms, 40, 4)};
    items[0].class_number = 1;
    const ServiceEnd end = run_both(setup, items).ends.at(0).stamps;
    CHECK(end.last_token == SimTime{85ms});
    CHECK(end.reading == 0ms);
}

TEST_CASE("memory is free at the last token, however slowly it is read", "[llm][reading]") {
    EngineSetup setup = read_every(1000ms);
    setup.rules.max_sequences = 1;
    const EngineLog log = run_both(setup, {item(0ms, 40, 4), item(1ms, 40, 4)});
    CHECK(end_of(log, 1).stamps.scheduled == end_of(log, 0).stamps.last_token);
}

TEST_CASE("both engines agree where readers are behind and the engine is never empty", "[llm][reading]") {
    // Long enough for the record of iterations to be cut.
    EngineSetup setup = read_every(37ms, 1ms);
    setup.rules.kv_blocks = 300;
    std::mt19937_64 random(7);
    std::vector<WorkItem> items;
    Duration at{0};
    for (int i = 0; i < 6000; ++i) {
        at += Duration{static_cast<std::int64_t>(random() % 50'000'000)};
        items.push_back(item(at, 1 + static_cast<std::uint32_t>(random() % 20),
                             1 + static_cast<std::uint32_t>(random() % 30)));
    }
    const EngineLog log = run_both(setup, items);
    CHECK(log.counts.runs > 5'000);
    CHECK(log.ends.size() == items.size());
}

TEST_CASE("the largest lead after a count is the one that a look at all finds", "[llm][reading]") {
    std::mt19937_64 random(11);
    for (int round = 0; round < 200; ++round) {
        const Ticks period{static_cast<std::int64_t>(1 + random() % 100)};
        ReadPace pace(period);
        std::vector<Ticks> leads;
        Ticks at{0};
        for (std::uint64_t count = 1; count <= 50; ++count) {
            at += static_cast<std::int64_t>(random() % 120);
            pace.note(count, at);
            leads.push_back(at - period * Ticks{count});
        }
        for (std::size_t after = 0; after < leads.size(); ++after) {
            const auto begin = leads.begin() + static_cast<std::ptrdiff_t>(after);
            REQUIRE((pace.largest_after(after) == *std::max_element(begin, leads.end())));
        }
    }
}
