// What the scheduler does, on workloads small enough to follow by hand. Each case runs both engines.
#include "models/llm/batch_engine.hpp"
#include "models/llm/reference_engine.hpp"
#include "tests/models/llm/plain_engine.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

TEST_CASE("a request alone computes its prompt, then makes a token an iteration", "[llm][scheduling]") {
    const EngineLog log = run_both(plain_setup(), {item(5ms, 40, 4)});
    const ServiceEnd& end = log.ends.at(0).stamps;
    CHECK(end.scheduled == SimTime{5ms});
    CHECK(end.first_token == SimTime{55ms});
    CHECK(end.last_token == SimTime{85ms});
    CHECK(log.gaps == std::map<Duration, std::uint64_t>{{10ms, 3}});
    CHECK(log.counts.iterations == 4);
    CHECK(log.counts.output_tokens == 4);
}

TEST_CASE("a prompt longer than the budget comes in chunks, beside the decodes", "[llm][scheduling]") {
    // Alone until 50 ms; then 99 of the long prompt's 150 tokens beside one decode, then 51.
    const EngineLog log = run_both(plain_setup(), {item(0ms, 40, 4), item(1ms, 150, 1)});
    CHECK(end_of(log, 0).stamps.first_token == SimTime{50ms});
    CHECK(end_of(log, 1).stamps.scheduled == SimTime{50ms});
    CHECK(end_of(log, 1).stamps.first_token == SimTime{50ms + 109ms + 61ms});
    CHECK(log.gaps == std::map<Duration, std::uint64_t>{{10ms, 1}, {61ms, 1}, {109ms, 1}});
}

TEST_CASE("whole prompts wait until the budget takes them", "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.prefill = PrefillMode::kMixedPrompts;
    const EngineLog log = run_both(setup, {item(0ms, 60, 1), item(0ms, 60, 1), item(0ms, 150, 1)});
    CHECK(end_of(log, 0).stamps.first_token == SimTime{70ms});
    CHECK(end_of(log, 1).stamps.scheduled == SimTime{70ms});
    CHECK(end_of(log, 2).stamps.rejected);
}

TEST_CASE("where prompts go first, decodes stand still meanwhile", "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.prefill = PrefillMode::kPromptsFirst;
    const EngineLog log = run_both(setup, {item(0ms, 40, 3), item(1ms, 100, 2)});
    CHECK(end_of(log, 1).stamps.first_token == SimTime{160ms});
    CHECK(end_of(log, 0).stamps.last_token == SimTime{180ms});
    // The first one's second token waited for the other's prompt.
    CHECK(log.gaps == std::map<Duration, std::uint64_t>{{10ms, 2}, {120ms, 1}});
}

TEST_CASE("without blocks the last to come is preempted and computes everything again", "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.kv_blocks = 4;
    setup.rules.max_context = 64;
    // Two blocks each until both need a third at once; the second goes, and comes back with 33 tokens.
    const EngineLog log = run_both(setup, {item(0ms, 31, 10), item(0ms, 31, 3)});
    CHECK(log.counts.preemptions == 1);
    CHECK(log.counts.redone_tokens == 32);
    CHECK(end_of(log, 0).stamps.preemptions == 0);
    CHECK(end_of(log, 1).stamps.preemptions == 1);
    CHECK(log.counts.prefill_tokens == 31 + 31 + 33);
    CHECK(log.counts.output_tokens == 13);
    CHECK(end_of(log, 1).stamps.last_token > end_of(log, 0).stamps.last_token);
}

TEST_CASE("where memory is reserved nobody is preempted, and max_tokens decides who fits",
          "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.kv = KvPolicy::kReserved;
    setup.rules.kv_blocks = 4;
    setup.rules.max_context = 64;
    std::vector<WorkItem> items{item(0ms, 16, 2), item(0ms, 16, 2)};
    items[0].max_tokens = items[1].max_tokens = 48;
    const EngineLog log = run_both(setup, items);
    CHECK(end_of(log, 1).stamps.scheduled == end_of(log, 0).stamps.last_token);
    items[0].max_tokens = items[1].max_tokens = 16;
    CHECK(end_of(run_both(setup, items), 1).stamps.scheduled == SimTime{0ms});
}

TEST_CASE("admission reserves for what requests may still ask for, of each up to a limit",
          "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.kv_blocks = 60;
    setup.rules.max_context = 960;
    setup.rules.admission_reserve = 0.6;
    // Neither says how much it wants: together they may make 1,888 tokens, of which 1,133 do not fit.
    const std::vector<WorkItem> items{item(0ms, 16, 2), item(0ms, 16, 2)};
    const EngineLog apart = run_both(setup, items);
    CHECK(end_of(apart, 1).stamps.scheduled == end_of(apart, 0).stamps.last_token);
    setup.rules.reserve_tokens = 400;
    CHECK(end_of(run_both(setup, items), 1).stamps.scheduled == SimTime{0ms});
}

TEST_CASE("prompts find what others computed, by blocks of the traffic or by a shared beginning",
          "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.prefix_cache = true;
    setup.rules.shared_prefix = 0.5;
    setup.rules.block_units = 2;  // a block of the traffic is two of the engine
    std::vector<WorkItem> items{item(0ms, 64, 1), item(1000ms, 70, 1), item(2000ms, 64, 1),
                                item(3000ms, 70, 1)};
    items[0].prefix_ids = {0, 1};
    items[1].prefix_ids = {0, 2};  // 32 tokens of the first
    const EngineLog log = run_both(setup, items);
    CHECK(log.counts.cached_tokens == 32 + 32);  // the third names no blocks, and finds none of the traffic's
    CHECK(end_of(log, 3).stamps.first_token == SimTime{3000ms + 10ms + 38ms});
}

TEST_CASE("an answer is cut at max_tokens, and says by how much", "[llm][scheduling]") {
    std::vector<WorkItem> items{item(0ms, 10, 9)};
    items[0].max_tokens = 4;
    const EngineLog log = run_both(plain_setup(), items);
    CHECK(log.ends.at(0).stamps.tokens_cut == 5);
    CHECK(log.counts.output_tokens == 4);
}

TEST_CASE("a request beyond the context is rejected", "[llm][scheduling]") {
    std::vector<WorkItem> items{item(0ms, 900, 9), item(0ms, 999, 2)};
    items[0].max_tokens = 101;
    const EngineLog log = run_both(plain_setup(), items);
    CHECK(end_of(log, 0).stamps.rejected);
    CHECK_FALSE(end_of(log, 1).stamps.rejected);
    CHECK(end_of(log, 1).stamps.tokens_cut == 1);
}

TEST_CASE("the shortest prompt goes first where the order says so", "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.order = QueueOrder::kShortestPrompt;
    setup.rules.max_sequences = 1;
    const EngineLog log = run_both(setup, {item(0ms, 5, 2), item(1ms, 90, 1), item(2ms, 20, 1)});
    CHECK(log.ends.at(1).request == 2);
}

TEST_CASE("a class that goes first overtakes who came before it", "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.order = QueueOrder::kPriority;
    setup.rules.max_sequences = 1;
    std::vector<WorkItem> items{item(0ms, 5, 2), item(1ms, 5, 1), item(2ms, 5, 1)};
    items[2].class_number = 1;
    CHECK(run_both(setup, items).ends.at(1).request == 2);
}

TEST_CASE("a client that leaves frees its memory at the next boundary", "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.kv_blocks = 4;
    setup.rules.max_context = 64;
    std::vector<WorkItem> items{item(0ms, 50, 14), item(1ms, 40, 1)};
    items[0].leaves_after = 64ms;
    const EngineLog log = run_both(setup, items);
    CHECK(log.ends.size() == 1);
    CHECK(end_of(log, 1).stamps.scheduled == SimTime{70ms});
}

TEST_CASE("what is on its way through the API server is not in the queue yet", "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.request_overhead = 3ms;
    setup.rules.front_token_time = 1ms;
    const EngineLog log = run_both(setup, {item(0ms, 20, 1), item(1ms, 2, 1)});
    CHECK(end_of(log, 0).stamps.scheduled == SimTime{20ms + 3ms});
    // It came during the first one's 20 ms, and then took 2 ms of its own; an iteration ends at 53 ms.
    CHECK(end_of(log, 1).stamps.scheduled == SimTime{53ms});
}

TEST_CASE("a second prompt with the same prefix computes only the rest", "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.prefix_cache = true;
    std::vector<WorkItem> items{item(0ms, 40, 1), item(100ms, 40, 1)};
    items[0].prefix_ids = items[1].prefix_ids = {7, 8, 9};
    const EngineLog log = run_both(setup, items);
    CHECK(log.counts.cached_tokens == 32);
    CHECK(end_of(log, 1).stamps.first_token == SimTime{100ms + 10ms + 8ms});
}

TEST_CASE("an engine serves before time 0, where traffic warms up", "[llm][scheduling]") {
    const EngineLog log = run_both(plain_setup(), {item(-600s, 40, 4)});
    CHECK(log.ends.at(0).stamps.first_token == SimTime{-600s + 50ms});
    CHECK(log.ends.at(0).stamps.last_token == SimTime{-600s + 80ms});
}

TEST_CASE(
    "what an engine did until a nanosecond includes the boundary in it, and nothing of what it leads to",
    "[llm][usage]") {
    EngineSetup setup = plain_setup();
    setup.rules.request_overhead = 10ms - 1ns;
    const EngineLog log = run_both(setup, {item(0ms, 20, 20)});
    // Boundaries at 40, 50, ... ms less 1 ns, where the counts are taken every 20 ms. The 13th token after
    // the prompt begins at the one of 160 ms, and is the first beyond two blocks.
    REQUIRE(log.stretches.size() > 9);
    CHECK(log.stretches[1].usage.prefill_tokens == 20);
    CHECK(log.stretches[1].usage.output_tokens == 1);
    for (const std::size_t i : {2U, 7U, 8U}) {
        CHECK(log.stretches[i].usage.iterations == 2);
        CHECK(log.stretches[i].usage.output_tokens == 2);
        CHECK(log.stretches[i].usage.peak_kv_blocks == (i < 8 ? 2 : 3));
        CHECK(log.stretches[i].usage.kv_blocks == 100);
        CHECK(log.stretches[i].gaps == 2 * (i - 1));
    }
}

TEST_CASE("a newcomer that overtakes may let in who waits, by what it enters into the cache",
          "[llm][scheduling]") {
    EngineSetup setup = plain_setup();
    setup.rules.prefill = PrefillMode::kMixedPrompts;
    setup.rules.order = QueueOrder::kPriority;
    setup.rules.prefix_cache = true;
    // The second does not fit beside a decode until the third, which goes first, has computed two of its
    // blocks.
    std::vector<WorkItem> items{item(0ms, 20, 100), item(1ms, 100, 2), item(50ms, 40, 50)};
    items[1].prefix_ids = {1, 2, 3, 4, 5, 6};
    items[2].prefix_ids = {1, 2};
    items[2].class_number = 1;
    const EngineLog log = run_both(setup, items);
    CHECK(end_of(log, 1).stamps.scheduled == SimTime{100ms});
    CHECK(end_of(log, 1).at == SimTime{188ms});
}

TEST_CASE("a client may leave before it is told that its request is too large", "[llm][scheduling]") {
    const EngineSetup setup = plain_setup();
    BatchEngine fast(setup, nullptr);
    ReferenceEngine reference(setup, nullptr);
    for (ServiceModel* engine : {static_cast<ServiceModel*>(&fast), static_cast<ServiceModel*>(&reference)}) {
        ServiceRequest request;
        request.slot = RequestSlot{7};
        request.input_tokens = 5000;
        request.output_tokens = 1;
        engine->admit(request, SimTime{1ms});
        engine->remove(request.slot, SimTime{1ms});
        CHECK_FALSE(engine->next_change().has_value());
    }
}
