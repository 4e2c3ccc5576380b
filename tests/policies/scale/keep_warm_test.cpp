#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kOneAndTwo =
    R"({"name": "keep-warm", "min": 1, "buffer": 2, "idle_timeout": "60s"})";

PoolView small_pool(Duration at) {
    PoolView view = quiet_pool(at);
    view.max_workers = 4;
    return view;
}

}  // namespace

TEST_CASE("keep-warm begins with its minimum: nothing was active yet", "[policies][keep_warm]") {
    const ScaleDecision decision = scale_policy(kOneAndTwo)->decide(small_pool(0s), Trigger::kStart);
    CHECK(decision.target == 1);
    CHECK(decision.floor == 1);
    CHECK(decision.buffer == 0);
    CHECK(decision.rule == "minimum of workers kept warm");
}

TEST_CASE("the buffer comes on top of the demand and stays under the maximum", "[policies][keep_warm]") {
    const auto policy = scale_policy(kOneAndTwo);

    PoolView one = small_pool(10s);
    one.busy = 1;
    one.in_flight = 1;
    const ScaleDecision spare = policy->decide(one, Trigger::kTick);
    CHECK(spare.target == 3);  // 1 + 2
    CHECK(spare.buffer == 2);
    CHECK(spare.rule == "workers needed and spare while active");
    CHECK(spare.observed == 1);
    CHECK(spare.threshold == 3);

    PoolView three = small_pool(11s);
    three.busy = 3;
    three.in_flight = 3;
    const ScaleDecision cut = policy->decide(three, Trigger::kTick);
    CHECK(cut.target == 4);  // 3 + min(2, 4 - 3)
    CHECK(cut.buffer == 1);

    // Six requests on at most four workers: the demand itself is over the limit, and says so.
    PoolView six = small_pool(12s);
    six.busy = 4;
    six.in_flight = 4;
    six.queued = 2;
    const ScaleDecision over = policy->decide(six, Trigger::kUnserved);
    CHECK(over.target == 6);
    CHECK(over.buffer == 0);
    CHECK(over.rule == "requests against slots");
}

TEST_CASE("the buffer ends with the activity, the minimum stays", "[policies][keep_warm]") {
    const auto policy = scale_policy(kOneAndTwo);
    PoolView view = small_pool(20s);
    view.idle = 4;
    view.last_active = SimTime{15s};
    const ScaleDecision active = policy->decide(view, Trigger::kTick);
    CHECK(active.target == 4);  // none has idled long enough
    CHECK(active.buffer == 2);
    CHECK(active.wake_at == SimTime{75s});  // 15 + 60

    view.now = SimTime{75s};
    view.idle_expired = 4;
    const ScaleDecision quiet = policy->decide(view, Trigger::kWakeAt);
    CHECK(quiet.target == 1);
    CHECK(quiet.floor == 1);
    CHECK(quiet.buffer == 0);
    CHECK_FALSE(quiet.wake_at);
}

TEST_CASE("a longer active window keeps the buffer past the idle time-out", "[policies][keep_warm]") {
    const auto policy =
        scale_policy(R"({"name": "keep-warm", "buffer": 2, "idle_timeout": "60s", "active_window": "300s"})");
    PoolView view = small_pool(75s);
    view.idle = 4;
    view.idle_expired = 4;
    view.last_active = SimTime{15s};
    const ScaleDecision decision = policy->decide(view, Trigger::kIdle);
    CHECK(decision.target == 2);
    CHECK(decision.wake_at == SimTime{315s});
}

TEST_CASE("keep-warm looks every second with a buffer, and never without one", "[policies][keep_warm]") {
    CHECK(scale_policy(kOneAndTwo)->wakes().tick == 1s);
    const Wakes plain = scale_policy(R"({"name": "keep-warm", "min": 2})")->wakes();
    CHECK_FALSE(plain.tick);
    CHECK(plain.unserved);
    CHECK(plain.idle_for == 60s);
    CHECK(plain.live);
}

TEST_CASE("keep-warm refuses a minimum or a buffer above the pool's maximum", "[policies][keep_warm]") {
    const auto make = [](std::string_view json) { return error_of([&] { scale_policy(json); }); };
    CHECK_THAT(
        make(R"({"name": "keep-warm", "min": 11})"),
        contains_text("test.json: min: 11 workers are more than \"workers.max\" of pool \"pool\", 10"));
    CHECK_THAT(make(R"({"name": "keep-warm", "buffer": 11})"),
               contains_text("test.json: buffer: 11 spare workers"));
}
