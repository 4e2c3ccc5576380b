// Clients that leave as they come, from either engine.
#include "models/llm/batch_engine.hpp"
#include "models/llm/reference_engine.hpp"
#include "tests/models/llm/engine_world.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

EngineSetup small_setup() {
    EngineRules rules;
    rules.kv_blocks = 64;
    rules.max_context = 512;
    rules.max_sequences = 4;
    rules.max_batched_tokens = 256;
    return {rules, StepTime(tests::some_tables(4, 256, 576)), {}};
}

ServiceRequest request(std::uint32_t slot) {
    ServiceRequest made;
    made.slot = {slot};
    made.input_tokens = 20;
    made.output_tokens = made.max_tokens = 8;
    return made;
}

template <class Engine>
void serve_after_leaving() {
    const EngineSetup setup = small_setup();
    Engine engine(setup, nullptr);
    engine.admit(request(1), SimTime{1s});
    engine.remove({1}, SimTime{1s});
    CHECK_FALSE(engine.next_change().has_value());
    engine.admit(request(2), SimTime{2s});
    std::vector<ServiceEnd> ended;
    while (const auto next = engine.next_change()) {
        REQUIRE(*next >= SimTime{2s});
        engine.advance(*next, ended);
    }
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].slot == RequestSlot{2});
    CHECK(ended[0].last_token > SimTime{2s});
}

}  // namespace

TEST_CASE("a client that leaves as it comes leaves no moment to wake at behind", "[models][llm]") {
    serve_after_leaving<ReferenceEngine>();
    serve_after_leaving<BatchEngine>();
}
