// What holds for every contract and every day of a fleet.
#include <algorithm>

#include "sim/billing/reconcile.hpp"
#include "tests/billing/lives.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

constexpr Duration kWindow = 24h;

std::int64_t draw(std::int64_t low, std::int64_t high) { return *rc::gen::inRange(low, high + 1); }
bool toss() { return draw(0, 1) == 1; }

Price draw_price(PriceUnit unit) { return {{draw(0, 99'999'999), static_cast<int>(draw(6, 9))}, unit}; }

/// Any contract that the reader would take.
Contract draw_contract() {
    constexpr std::array kSteps{Duration{0}, Duration{100ms}, Duration{1s}, Duration{60s}};
    Contract contract;
    contract.price = Price{{draw(1, 99'999'999), 6}, toss() ? PriceUnit::kHour : PriceUnit::kMinute};
    contract.per = toss() ? PricePer::kGpu : PricePer::kInstance;
    contract.step = kSteps[static_cast<std::size_t>(draw(0, 3))];
    contract.minimum = contract.step * draw(0, 2);
    BilledStates& billed = contract.billed;
    for (bool* one :
         {&billed.throttled, &billed.acquire, &billed.pull, &billed.init, &billed.idle, &billed.draining,
          &billed.stopping, &billed.failed, &billed.failed_start, &billed.cancelled_start}) {
        *one = toss();
    }
    if (toss())
        contract.cpu = CpuMeter{draw(0, 64'000), draw_price(PriceUnit::kVcpuSecond)};
    if (toss())
        contract.memory = MemoryMeter{draw(0, 1LL << 36), draw_price(PriceUnit::kGibHour)};
    contract.storage = {
        {"disk", draw(0, 100'000'000'000), draw_price(PriceUnit::kGbMonth), StorageTime::kRunning, 300s},
        {"volume", draw(0, 100'000'000'000), draw_price(PriceUnit::kGibMonth), StorageTime::kAlways, 0s}};
    if (toss())
        contract.steps = {{2, draw_price(PriceUnit::kHour)}, {5, draw_price(PriceUnit::kHour)}};
    return contract;
}

void commit(Contract& contract) {
    contract.steps.clear();
    contract.billed = BilledStates{};
    contract.commitments = {{static_cast<int>(draw(1, 3)), draw_price(PriceUnit::kHour)},
                            {static_cast<int>(draw(1, 3)), draw_price(PriceUnit::kMinute)}};
    if (toss()) {
        Price spend = draw_price(PriceUnit::kHour);
        Price price = draw_price(PriceUnit::kHour);
        spend.amount.mantissa += 1;  // neither is 0
        price.amount.mantissa += 1;
        contract.commitments.push_back({0, price, spend});
    }
}

std::vector<WorkerLife> draw_lives() {
    constexpr std::array kEnds{LifeEnd::kStopped, LifeEnd::kFailed, LifeEnd::kCancelled, LifeEnd::kRunning};
    std::vector<WorkerLife> lives;
    const std::int64_t count = draw(0, 12);
    for (std::int64_t i = 0; i < count; ++i) {
        const LifeEnd end = kEnds[static_cast<std::size_t>(draw(0, 3))];
        std::vector<Stay> stays;
        const int last = end == LifeEnd::kCancelled ? 3 : 7;
        for (int state = 0; state <= last; ++state) {
            if (toss())
                stays.push_back({static_cast<WorkerState>(state), Duration{draw(0, 4'000'000'000'000)}});
        }
        lives.push_back(make_life(stays, end, SimTime{Duration{draw(0, 3'600'000'000'000)}}));
        lives.back().began_before = toss();
    }
    return lives;
}

/// Idle time under four names, slot time of requests that overlap.
PoolUsage draw_usage(const std::vector<WorkerLife>& lives) {
    PoolUsage usage = make_usage(lives, kWindow);
    const Int128 idle = std::exchange(usage.idle_timeout, 0ns).count();
    std::array<std::int64_t, 3> cuts{draw(0, 1000), draw(0, 1000), draw(0, 1000)};
    std::sort(cuts.begin(), cuts.end());
    usage.idle_floor = SummedTime{idle / 1000 * cuts[0]};
    usage.idle_buffer = SummedTime{idle / 1000 * (cuts[1] - cuts[0])};
    usage.idle_timeout = SummedTime{idle / 1000 * (cuts[2] - cuts[1])};
    usage.idle_headroom = SummedTime{idle} - usage.idle_floor - usage.idle_buffer - usage.idle_timeout;
    usage.slot_time *= draw(1, 8);
    usage.failed_slot_time = usage.slot_time * draw(0, 100) / 100;
    return usage;
}

UsageTotals totals_of(const Purchase& purchase, const std::vector<WorkerLife>& lives,
                      const PoolUsage& usage) {
    Meter meter({purchase});
    for (const WorkerLife& life : lives) meter.worker_ended(life);
    return meter.totals(usage);
}

Purchase draw_purchase() {
    const int gpus = static_cast<int>(draw(1, 8));
    Purchase purchase{draw_contract(), gpus, gpus};
    if (draw(0, 3) == 0)
        commit(purchase.contract);
    return purchase;
}

/// The rule of one life, worked out the long way round.
Duration billed_by_rule(const Contract& contract, const WorkerLife& life) {
    const BilledStates& b = contract.billed;
    const auto spent = [&](WorkerState state) { return life.clock.spent(state); };
    const bool was_ready = spent(WorkerState::kIdle) + spent(WorkerState::kBusy) +
                               spent(WorkerState::kDraining) + spent(WorkerState::kStopping) >
                           0ns;
    if (life.end == LifeEnd::kCancelled && !b.cancelled_start)
        return 0ns;
    if (life.end == LifeEnd::kFailed && !was_ready && !b.failed_start)
        return 0ns;
    Duration time = spent(WorkerState::kBusy);
    if (b.throttled)
        time += spent(WorkerState::kAsked);
    if (b.acquire)
        time += spent(WorkerState::kAcquiring);
    if (b.pull)
        time += spent(WorkerState::kPulling);
    if (b.init)
        time += spent(WorkerState::kStarting);
    if (b.idle)
        time += spent(WorkerState::kIdle);
    if (b.draining)
        time += spent(WorkerState::kDraining);
    if (b.stopping)
        time += spent(WorkerState::kStopping);
    if (time == 0ns || life.end == LifeEnd::kRunning)
        return time;
    if (contract.step > 0ns && time % contract.step != 0ns)
        time += contract.step - time % contract.step;
    return life.began_before ? time : std::max(time, contract.minimum);
}

}  // namespace

TEST_CASE("the lines of a bill add up to its total", "[billing][laws]") {
    check_property("sum of lines", [] {
        const Purchase purchase = draw_purchase();
        const std::vector<WorkerLife> lives = draw_lives();
        const Ratio scale = toss() ? Ratio{} : month_scale(purchase.contract, kWindow);
        const Bill bill = price_usage(purchase, totals_of(purchase, lives, draw_usage(lives)), scale);
        Money sum;
        for (const BillLine& line : bill.lines) sum += line.amount;
        RC_ASSERT(sum == bill.total);
    });
}

TEST_CASE("billed time is clock time under the rule", "[billing][laws]") {
    check_property("billed time", [] {
        const Purchase purchase = draw_purchase();
        const std::vector<WorkerLife> lives = draw_lives();
        const UsageTotals totals = totals_of(purchase, lives, draw_usage(lives));
        Int128 expected = 0;
        for (const WorkerLife& life : lives) expected += billed_by_rule(purchase.contract, life).count();
        RC_ASSERT(totals.billed_instances == expected);
    });
}

TEST_CASE("textbook and named differences make the bill, to the nano-dollar", "[billing][laws]") {
    check_property("reconciliation", [] {
        const Purchase purchase = draw_purchase();
        const std::vector<WorkerLife> lives = draw_lives();
        const UsageTotals totals = totals_of(purchase, lives, draw_usage(lives));
        const Bill bill = price_usage(purchase, totals);
        const Reconciliation result = reconcile(purchase, totals, bill);
        Money sum = result.textbook;
        for (const BillDifference& difference : result.differences) sum += difference.amount;
        RC_ASSERT(sum == bill.total);
        RC_ASSERT(result.bill == bill.total);
    });
}

TEST_CASE("more use never costs less", "[billing][laws]") {
    check_property("monotone", [] {
        Purchase purchase = draw_purchase();
        std::vector<WorkerLife> lives = draw_lives();
        const auto cost = [&] { return bill_lives(purchase, lives, kWindow).bill.total; };
        const Money before = cost();
        lives.push_back(make_life({{WorkerState::kStarting, Duration{draw(0, 4'000'000'000'000)}},
                                   {WorkerState::kBusy, Duration{draw(0, 4'000'000'000'000)}}}));
        // Each of two dozen lines may be rounded the other way.
        RC_ASSERT((cost() - before).nanos() >= -24);
    });
}

TEST_CASE("a commitment is paid for to the hour, used or not", "[billing][laws]") {
    check_property("commitments", [] {
        Purchase purchase = draw_purchase();
        commit(purchase.contract);
        const std::vector<WorkerLife> lives = draw_lives();
        const UsageTotals totals = totals_of(purchase, lives, draw_usage(lives));
        Int128 covered = 0;
        for (std::size_t i = 0; i < purchase.contract.commitments.size(); ++i) {
            const Ratio instances = covered_instances(purchase.contract.commitments[i], purchase);
            const Int128 capacity = Int128{kWindow.count()} * instances.numerator / instances.denominator *
                                    purchase.gpus_per_instance;
            RC_ASSERT(totals.covered[i] + totals.unused[i] == capacity);
            covered += totals.covered[i];
        }
        RC_ASSERT(covered <= totals.billed_instances * purchase.gpus_per_instance);
    });
}

TEST_CASE("a month's bill is the window's, as often as the window fits", "[billing][laws]") {
    check_property("scaling", [] {
        const Purchase purchase = draw_purchase();
        const std::vector<WorkerLife> lives = draw_lives();
        const UsageTotals totals = totals_of(purchase, lives, draw_usage(lives));
        const Money window = price_usage(purchase, totals).total;
        const Money month = price_usage(purchase, totals, month_scale(purchase.contract, kWindow)).total;
        // 30 windows of a day; each line of the window is off by half a nano-dollar at most.
        RC_ASSERT(std::abs(month.nanos() - 30 * window.nanos()) <= 30 * 30);
    });
}
