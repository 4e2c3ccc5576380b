#include "sim/billing/meter.hpp"

#include "sim/core/check.hpp"
#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

constexpr WorkerState kInit = WorkerState::kStarting;
constexpr WorkerState kIdle = WorkerState::kIdle;
constexpr WorkerState kBusy = WorkerState::kBusy;

Int128 seconds(std::int64_t count) { return Int128{count} * 1'000'000'000; }

Purchase rounded_purchase(Duration step, Duration minimum) {
    Purchase purchase = plain_purchase("$3.6/h");
    purchase.contract.step = step;
    purchase.contract.minimum = minimum;
    return purchase;
}

}  // namespace

TEST_CASE("each life is rounded up by itself", "[billing][meter]") {
    const Purchase purchase = rounded_purchase(1s, 0s);
    const WorkerLife life = make_life({{kBusy, 1100ms}});
    CHECK(bill_lives(purchase, {life, life, life}).totals.billed_instances == seconds(6));
    CHECK(bill_lives(purchase, {make_life({{kBusy, 2s}})}).totals.rounding == 0);
}

TEST_CASE("a minimum applies to each life by itself", "[billing][meter]") {
    const Purchase purchase = rounded_purchase(1s, 60s);
    const Billed billed = bill_lives(purchase, {make_life({{kBusy, 5s}}), make_life({{kBusy, 61500ms}})});
    CHECK(billed.totals.billed_instances == seconds(60 + 62));
    CHECK(billed.totals.rounding == seconds(55) + 500'000'000);
}

TEST_CASE("a life that the end of the window cuts is neither rounded nor brought to a minimum",
          "[billing][meter]") {
    const Purchase purchase = rounded_purchase(1s, 60s);
    const Billed billed = bill_lives(purchase, {make_life({{kBusy, 1500ms}}, LifeEnd::kRunning)});
    CHECK(billed.totals.billed_instances == 1'500'000'000);
    CHECK(billed.totals.rounding == 0);
}

TEST_CASE("a life that began before the window is rounded but has no minimum", "[billing][meter]") {
    const Purchase purchase = rounded_purchase(1s, 60s);
    WorkerLife life = make_life({{kBusy, 1500ms}});
    life.began_before = true;
    CHECK(bill_lives(purchase, {life}).totals.billed_instances == seconds(2));
}

TEST_CASE("a failed start is failed work, and free where the contract says so", "[billing][meter]") {
    Purchase purchase = rounded_purchase(1s, 0s);
    const WorkerLife life = make_life({{WorkerState::kPulling, 10s}, {kInit, 20s}}, LifeEnd::kFailed);
    const Billed billed = bill_lives(purchase, {life});
    CHECK(billed.totals.failed_starts == seconds(30));
    CHECK(billed.bill.sum(LineKind::kInit) == Money{});
    CHECK(billed.bill.sum(LineKind::kFailedWork).nanos() == 30'000'000);
    purchase.contract.billed.failed_start = false;
    CHECK(bill_lives(purchase, {life}).bill.total == Money{});
}

TEST_CASE("a cancelled start is failed work, and free where the contract says so", "[billing][meter]") {
    Purchase purchase = rounded_purchase(1s, 0s);
    const WorkerLife life = make_life({{kInit, 20s}}, LifeEnd::kCancelled);
    CHECK(bill_lives(purchase, {life}).totals.failed_starts == seconds(20));
    purchase.contract.billed.cancelled_start = false;
    CHECK(bill_lives(purchase, {life}).bill.total == Money{});
}

TEST_CASE("a worker that fails after it was ready has its start billed as a start", "[billing][meter]") {
    const Purchase purchase = rounded_purchase(1s, 0s);
    const WorkerLife life = make_life({{kInit, 20s}, {kIdle, 1s}, {kBusy, 4s}}, LifeEnd::kFailed);
    const Billed billed = bill_lives(purchase, {life});
    CHECK(billed.totals.failed_starts == 0);
    CHECK(billed.bill.sum(LineKind::kInit).nanos() == 20'000'000);
}

TEST_CASE("each billed state has its own switch", "[billing][meter]") {
    const std::vector<std::pair<WorkerState, bool BilledStates::*>> switches{
        {WorkerState::kAsked, &BilledStates::throttled},   {WorkerState::kAcquiring, &BilledStates::acquire},
        {WorkerState::kPulling, &BilledStates::pull},      {WorkerState::kStarting, &BilledStates::init},
        {WorkerState::kIdle, &BilledStates::idle},         {WorkerState::kDraining, &BilledStates::draining},
        {WorkerState::kStopping, &BilledStates::stopping}, {WorkerState::kFailed, &BilledStates::failed},
    };
    for (const auto& [state, member] : switches) {
        Purchase purchase = plain_purchase("$3.6/h");
        const WorkerLife life = make_life({{state, 7s}, {kBusy, 5s}});
        purchase.contract.billed.*member = true;
        CHECK(bill_lives(purchase, {life}).totals.billed_instances == seconds(12));
        purchase.contract.billed.*member = false;
        CHECK(bill_lives(purchase, {life}).totals.billed_instances == seconds(5));
    }
}

TEST_CASE("idle time is split by its reasons to the nanosecond", "[billing][meter]") {
    const Purchase purchase = plain_purchase("$3.6/h");
    Meter meter({purchase});
    meter.worker_ended(make_life({{kIdle, 10s}}));
    PoolUsage usage;
    usage.window = 1h;
    usage.idle_floor = 3s;
    usage.idle_buffer = 1ns;
    usage.idle_timeout = 2s;
    usage.idle_headroom = 5s - 1ns;
    const Bill bill = price_usage(purchase, meter.totals(usage));
    CHECK(bill.sum(LineKind::kIdleFloor).nanos() == 3'000'000);
    CHECK(bill.sum(LineKind::kIdleHeadroom).nanos() == 5'000'000);
    CHECK(bill.group_sum("idle").nanos() == 10'000'000);
}

TEST_CASE("idle reasons that do not add up to idle time fail a check", "[billing][meter]") {
    Meter meter({plain_purchase("$3.6/h")});
    meter.worker_ended(make_life({{kIdle, 10s}}));
    PoolUsage usage;
    usage.window = 1h;
    usage.idle_floor = 9s;
    CHECK_THROWS_AS(meter.totals(usage), InternalError);
}

TEST_CASE("an instance whose workers had another time than it says fails a check", "[billing][meter]") {
    Purchase purchase = plain_purchase("$8/h");
    purchase.gpus_per_instance = 8;
    Meter meter({purchase});
    const WorkerLife life = make_life({{kBusy, 10s}});
    meter.worker_ended(life);
    meter.instance_ended({PoolId{0}, 10s, 0s, 8, 9s, LifeEnd::kStopped, SimTime{10s}});
    CHECK_THROWS_AS(meter.totals(make_usage({life}, 1h)), InternalError);
}

TEST_CASE("rounding and minimums of a shared instance apply once to the instance", "[billing][meter]") {
    Purchase purchase = rounded_purchase(1s, 60s);
    purchase.gpus_per_instance = 4;
    Meter meter({purchase});
    std::vector<WorkerLife> lives;
    for (int i = 0; i < 4; ++i) lives.push_back(make_life({{kBusy, 10s}}));
    for (const WorkerLife& life : lives) meter.worker_ended(life);
    meter.instance_ended({PoolId{0}, 10s, 5s, 4, 40s, LifeEnd::kStopped, SimTime{15s}});
    const UsageTotals totals = meter.totals(make_usage(lives, 1h));
    CHECK(totals.billed_instances == seconds(60));
    CHECK(totals.rounding == seconds(50) * 4);
    CHECK(totals.stranded == 0);
}

TEST_CASE("acquiring a shared instance is charged once, for all its GPUs", "[billing][meter]") {
    Purchase purchase = rounded_purchase(1s, 0s);
    purchase.gpus_per_instance = 2;
    purchase.contract.billed.acquire = true;
    Meter meter({purchase});
    std::vector<WorkerLife> lives;
    for (int i = 0; i < 2; ++i) {
        lives.push_back(make_life({{WorkerState::kAcquiring, 5s}, {kBusy, 10s}}));
    }
    for (const WorkerLife& life : lives) meter.worker_ended(life);
    meter.instance_ended({PoolId{0}, 10s, 5s, 2, 20s, LifeEnd::kStopped, SimTime{15s}});
    CHECK(meter.totals(make_usage(lives, 1h)).billed_instances == seconds(15));
}

TEST_CASE("the first workers of a stepped contract are so many of those at once", "[billing][meter]") {
    Purchase purchase = plain_purchase("$3.6/h");
    purchase.contract.steps = {{1, *parse_price("$1.8/h")}, {3, *parse_price("$2.7/h")}};
    std::vector<WorkerLife> lives;
    for (int worker = 0; worker < 4; ++worker) lives.push_back(make_life({{kBusy, 1000s}}));
    const Billed billed = bill_lives(purchase, lives);
    CHECK(billed.totals.steps == std::vector<Int128>{seconds(1000), seconds(2000)});
    // 1000 s at $0.0005/s, 2000 at $0.00075, 1000 at $0.001.
    CHECK(billed.bill.total.nanos() == 3'000'000'000);
    CHECK(billed.bill.sum(LineKind::kBusy).nanos() == 4'000'000'000);
    CHECK(billed.bill.sum(LineKind::kSteps).nanos() == -1'000'000'000);
}

TEST_CASE("a worker has the price of the first when one of those ends before it", "[billing][meter]") {
    Purchase purchase = plain_purchase("$3.6/h");
    purchase.contract.steps = {{2, *parse_price("$1.8/h")}};
    // At once: 2 workers in [0, 100), 3 in [100, 200), 2 in [200, 500), none, then 1 in [600, 700).
    const Billed billed =
        bill_lives(purchase, {make_life({{kBusy, 200s}}), make_life({{kBusy, 500s}}),
                              make_life({{kBusy, 400s}}, LifeEnd::kStopped, SimTime{100s}),
                              make_life({{kBusy, 100s}}, LifeEnd::kStopped, SimTime{600s})});
    // min(2, at once): 200 + 200 + 600 + 100 of the 1200 s.
    CHECK(billed.totals.steps == std::vector<Int128>{seconds(1100)});
    CHECK(billed.bill.total.nanos() == 1'100'000'000 / 2 + 100'000'000);
}

TEST_CASE("the price of the first lasts to the end of what is rounded up", "[billing][meter]") {
    Purchase purchase = plain_purchase("$3.6/h");
    purchase.contract.step = 60s;
    purchase.contract.steps = {{1, *parse_price("$1.8/h")}};
    // Billed in [0, 120) and [90, 150): together 150 s of one worker, 30 s of a second.
    const Billed billed = bill_lives(
        purchase, {make_life({{kBusy, 70s}}), make_life({{kBusy, 60s}}, LifeEnd::kStopped, SimTime{90s})});
    CHECK(billed.totals.rounding == seconds(50));
    CHECK(billed.totals.steps == std::vector<Int128>{seconds(150)});
}

TEST_CASE("only measured requests that a pool completed are metered", "[billing][meter]") {
    Purchase api;
    api.contract.tokens = TokenPrices{*parse_price("$1/Mtok"), *parse_price("$2/Mtok"), {}, 0, {}};
    Meter meter({api});
    RequestRecord request;
    request.pool = PoolId{0};
    request.input_tokens = 100;
    request.output_tokens = 10;
    meter.request_ended(request);
    request.measured = false;
    meter.request_ended(request);
    request.measured = true;
    request.outcome = Outcome::kTimedOut;
    meter.request_ended(request);
    request.outcome = Outcome::kRejected;
    request.pool.reset();
    meter.request_ended(request);
    PoolUsage usage;
    usage.window = 1h;
    const UsageTotals totals = meter.totals(usage);
    CHECK(totals.requests == 1);
    CHECK(totals.input_tokens == 100);
    CHECK(totals.output_tokens == 10);
}
