// The meter on what a real fleet reports: its checks (idle by reason is idle time, GPU time is neither lost
// nor billed twice) must hold whatever happens.
#include "sim/billing/reconcile.hpp"
#include "tests/billing/lives.hpp"
#include "tests/fleet/support/fakes.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

std::int64_t draw(std::int64_t low, std::int64_t high) { return *rc::gen::inRange(low, high + 1); }
bool toss() { return draw(0, 1) == 1; }

/// Scale to zero with a floor and a spare, and drains of busy workers now and then.
std::unique_ptr<ScalePolicy> restless(Duration timeout, int floor, int buffer) {
    Wakes wakes;
    wakes.live = true;
    wakes.unserved = true;
    wakes.idle_for = timeout;
    wakes.tick = 7s;
    return std::make_unique<testing::ScriptedPolicy>(
        wakes, [floor, buffer](const PoolView& view, Trigger why) {
            ScaleDecision decision;
            decision.floor = floor;
            decision.buffer = buffer;
            const int demand = view.queued + view.in_flight;
            decision.target = std::max({view.present(), floor, demand > 0 ? demand + buffer : 0});
            if (why == Trigger::kIdle)
                decision.target = std::max(floor, view.present() - view.idle_expired);
            if (why == Trigger::kTick && view.busy > 1) {
                decision.target = view.present() - 1;
                decision.victims = VictimOrder::kNewest;
                decision.drain_limit = 3s;
            }
            return decision;
        });
}

std::vector<Arrival> draw_arrivals() {
    std::vector<Arrival> arrivals;
    SimTime at{Duration{-30s}};
    const std::int64_t count = draw(0, 40);
    for (std::int64_t i = 0; i < count; ++i) {
        at += Duration{draw(0, 9'000'000'000)};
        Arrival arrival;
        arrival.at = at;
        arrival.service = Duration{draw(1, 20'000'000'000)};
        arrivals.push_back(arrival);
    }
    return arrivals;
}

FleetSpec draw_fleet(int gpus_per_worker, int gpus_per_instance) {
    const int floor = static_cast<int>(draw(0, 2));
    FleetSpec spec = testing::one_pool(
        restless(Duration{draw(1, 20) * 1'000'000'000}, floor, static_cast<int>(draw(0, 2))), 12);
    spec.begin = SimTime{-30s};
    spec.horizon = SimTime{Duration{draw(1, 300'000'000'000)}};
    PoolSpec& pool = spec.pools.front();
    pool.concurrency = static_cast<int>(draw(1, 3));
    pool.gpus_per_worker = gpus_per_worker;
    pool.gpus_per_instance = gpus_per_instance;
    pool.starts_empty = toss();
    pool.cancel_starting = toss();
    pool.stop_time = Duration{draw(0, 2) * 1'500'000'000};
    pool.startup = std::make_unique<testing::SeriesStartup>(
        std::vector<std::pair<StartPhase, Duration>>{
            {StartPhase::kAcquire, Duration{draw(0, 8'000'000'000)}},
            {StartPhase::kPull, Duration{draw(0, 8'000'000'000)}},
            {StartPhase::kWeights, Duration{draw(0, 8'000'000'000)}}},
        std::vector<std::uint64_t>{1, 4, 5});
    if (toss()) {
        spec.supplies.push_back({"zone", static_cast<int>(draw(1, 4)) * gpus_per_instance, toss(), {}, {}});
        pool.supply = 0;
    }
    return spec;
}

Purchase draw_purchase(int gpus_per_worker, int gpus_per_instance) {
    Purchase purchase;
    purchase.gpus_per_worker = gpus_per_worker;
    purchase.gpus_per_instance = gpus_per_instance;
    Contract& contract = purchase.contract;
    contract.price = Price{{draw(1, 99'999'999), 6}, PriceUnit::kHour};
    contract.minimum = Duration{draw(0, 2) * 30'000'000'000};
    contract.billed.acquire = toss();
    if (gpus_per_worker == gpus_per_instance && toss()) {
        contract.billed.idle = toss();
        contract.billed.stopping = toss();
        contract.billed.throttled = toss();
        contract.billed.failed_start = toss();
        contract.billed.cancelled_start = toss();
    } else if (toss()) {
        contract.commitments = {
            {static_cast<int>(draw(1, 3)), Price{{draw(1, 99'999'999), 6}, PriceUnit::kHour}}};
    } else {
        contract.steps = {{1, Price{{draw(1, 99'999'999), 6}, PriceUnit::kHour}}};
    }
    return purchase;
}

void check_bill(const Purchase& purchase, const UsageTotals& totals) {
    check_purchase(purchase, "test");
    const Bill bill = price_usage(purchase, totals);
    const Reconciliation result = reconcile(purchase, totals, bill);
    RC_ASSERT(result.bill == bill.total);
    RC_ASSERT(bill.sum(LineKind::kStranded).nanos() >= 0);
    // Requests on a worker at once can only be more than one: sharing never makes a bill dearer.
    RC_ASSERT(result.differences.front().amount.nanos() <= 2);
}

void bill_random_fleet(int gpus_per_worker, int gpus_per_instance) {
    testing::ListSource source(draw_arrivals());
    Fleet fleet(draw_fleet(gpus_per_worker, gpus_per_instance), source);
    const Purchase purchase = draw_purchase(gpus_per_worker, gpus_per_instance);
    Meter meter({purchase}, Duration{draw(0, 3'599'999'999'999)});
    fleet.observe(static_cast<RequestObserver&>(meter));
    fleet.observe(static_cast<UsageObserver&>(meter));
    fleet.run();
    check_bill(purchase, meter.totals(fleet.usage(PoolId{0})));
}

}  // namespace

TEST_CASE("a fleet's reports make a bill that adds up", "[billing][fleet]") {
    check_property("one worker an instance", [] {
        const int gpus = static_cast<int>(draw(1, 2));
        bill_random_fleet(gpus, gpus);
    });
}

TEST_CASE("a fleet's reports of shared instances make a bill that adds up", "[billing][fleet]") {
    check_property("several workers an instance", [] { bill_random_fleet(static_cast<int>(draw(1, 3)), 8); });
}

TEST_CASE("a serverless day is billed to the nano-dollar", "[billing][fleet]") {
    FleetSpec spec = testing::one_pool(testing::scale_to_zero(5s), 3);
    spec.pools.front().starts_empty = true;
    spec.pools.front().startup =
        std::make_unique<testing::SeriesStartup>(std::vector<std::pair<StartPhase, Duration>>{
            {StartPhase::kPull, 40s}, {StartPhase::kWeights, 31200ms}});
    spec.horizon = SimTime{10min};
    testing::ListSource source(testing::arrivals_at({1s}, 3400ms));
    Fleet fleet(std::move(spec), source);
    const Purchase purchase = catalog_purchase("runpod-serverless-flex/H100");
    Meter meter({purchase});
    fleet.observe(static_cast<RequestObserver&>(meter));
    fleet.observe(static_cast<UsageObserver&>(meter));
    fleet.run();
    const UsageTotals totals = meter.totals(fleet.usage(PoolId{0}));
    CHECK(totals.requests == 1);
    // Pull free; 31.2 s of init, 3.4 s of work and 5 s idle make 39.6 s: 40 s of $0.00116.
    CHECK(price_usage(purchase, totals).total.nanos() == 46'400'000);
}
