#include "app/calibrate/closed_loop_run.hpp"

#include "models/llm/batch_engine.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

/// Every iteration takes 1 ms, whatever is in it.
EngineSetup steady_engine(std::uint32_t sequences) {
    StepTables tables;
    tables.tokens.assign(257, to_ticks(Duration{1ms}));
    tables.head.assign(sequences + 1, Ticks{0});
    tables.attention.assign(sequences + 1, {KvLine{}});
    tables.prefill_context.assign(10, Ticks{0});
    EngineRules rules;
    rules.max_sequences = sequences;
    rules.max_batched_tokens = 256;
    rules.kv_blocks = 1000;
    rules.max_context = 512;
    return {rules, StepTime(tables), {}};
}

/// Answers each request 1 s later and remembers it.
class Recorder final : public ServiceModel {
public:
    void admit(const ServiceRequest& request, SimTime now) override {
        seen.push_back(request);
        at_ = now;
        held_.push_back(request.slot);
    }
    void remove(RequestSlot, SimTime) override {}
    std::optional<SimTime> next_change() override {
        return held_.empty() ? std::nullopt : std::optional(at_ + Duration{1s});
    }
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        for (const RequestSlot slot : held_) ended.push_back({slot, at_, now, now});
        held_.clear();
    }
    std::vector<ServiceRequest> seen;

private:
    SimTime at_;
    std::vector<RequestSlot> held_;
};

}  // namespace

TEST_CASE("a closed loop on a steady engine takes what one counts by hand", "[app][closed_loop_run]") {
    const EngineSetup setup = steady_engine(1);
    BatchEngine engine(setup, nullptr);
    // Answers take 3 ms. The first request waits for nobody; each of the others, sent when the one before it
    // in its client ends, waits 3 ms for the other client's.
    const ServedFigures figures = run_closed_loop(engine, {2, 4, {8, 8}, {3, 3}});
    CHECK(figures.ttft == Approx((1 + 4 + 4 + 4) / 4.0 * 1e-3).margin(1e-8));
    CHECK(figures.e2e == Approx((3 + 6 + 6 + 6) / 4.0 * 1e-3).margin(1e-8));
    CHECK(figures.tpot == Approx(1e-3).margin(1e-8));
}

TEST_CASE("clients of one engine do not wait for each other while it has room", "[app][closed_loop_run]") {
    const EngineSetup setup = steady_engine(2);
    BatchEngine engine(setup, nullptr);
    const ServedFigures figures = run_closed_loop(engine, {2, 4, {8, 8}, {3, 3}});
    CHECK(figures.ttft == Approx(1e-3).margin(1e-8));
    CHECK(figures.e2e == Approx(3e-3).margin(1e-8));
}

TEST_CASE("lengths follow van der Corput's sequences over their range", "[app][closed_loop_run]") {
    Recorder recorder;
    (void)run_closed_loop(recorder, {1, 4, {100, 200}, {10, 100}});
    REQUIRE(recorder.seen.size() == 4);
    // 1/2, 1/4, 3/4, 1/8 of the way; 1/3, 2/3, 1/9, 4/9.
    CHECK(recorder.seen[0].input_tokens == 150);
    CHECK(recorder.seen[1].input_tokens == 125);
    CHECK(recorder.seen[2].input_tokens == 175);
    CHECK(recorder.seen[3].input_tokens == 113);
    CHECK(recorder.seen[0].output_tokens == 40);
    CHECK(recorder.seen[1].output_tokens == 70);
    CHECK(recorder.seen[2].output_tokens == 20);
    CHECK(recorder.seen[3].output_tokens == 50);
}
