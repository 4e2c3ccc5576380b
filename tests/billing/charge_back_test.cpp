#include "sim/billing/charge_back.hpp"

#include "sim/billing/charge_meter.hpp"
#include "sim/billing/meter.hpp"
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

std::vector<std::int64_t> nanos_of(const std::vector<Money>& parts) {
    std::vector<std::int64_t> nanos;
    for (const Money part : parts) nanos.push_back(part.nanos());
    return nanos;
}

std::vector<std::int64_t> split(std::int64_t nanos, std::vector<Int128> shares) {
    return nanos_of(split_amount(Money::from_nanos(nanos), shares));
}

/// One GPU-second costs 1000 nano-dollars; nothing is rounded.
Purchase plain_purchase() {
    Purchase purchase;
    purchase.contract.price = Price{{1, 6}, PriceUnit::kSecond};
    purchase.contract.step = Duration::zero();
    return purchase;
}

/// A run of two classes, and what it is charged.
struct Charged {
    Charged(FleetSpec spec, const Purchase& purchase, std::vector<Arrival> arrivals)
        : source(std::move(arrivals)),
          fleet(std::move(spec), source),
          meter({purchase}),
          charges({purchase}, 2) {
        fleet.observe(static_cast<RequestObserver&>(meter));
        fleet.observe(static_cast<UsageObserver&>(meter));
        fleet.observe(static_cast<RequestObserver&>(charges));
        fleet.observe(static_cast<UsageObserver&>(charges));
        fleet.observe(static_cast<StepObserver&>(charges));
        fleet.observe(static_cast<ControlObserver&>(charges));
        fleet.run();
        bill = price_usage(purchase, meter.totals(fleet.usage({0})));
        lines = charge_back(purchase, bill, charges.shares({0}));
    }
    /// Of one line: chat, batch, nobody.
    std::vector<std::int64_t> of(LineKind kind) const {
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (bill.lines[i].kind == kind)
                return nanos_of(lines[i].by_owner);
        }
        return {};
    }

    ListSource source;
    Fleet fleet;
    Meter meter;
    ChargeMeter charges;
    Bill bill;
    std::vector<ChargedLine> lines;
};

FleetSpec two_classes(std::unique_ptr<ScalePolicy> policy) {
    FleetSpec spec = one_pool(std::move(policy));
    spec.classes.emplace_back();
    spec.classes.back().name = "batch";
    spec.pools[0].concurrency = 2;
    spec.pools[0].startup = startup({{StartPhase::kContainer, 10s}});
    spec.horizon = SimTime{100s};
    return spec;
}

using Amounts = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("what is left of an amount goes to the largest remainders", "[billing][charge_back]") {
    CHECK(split(10, {1, 1, 1}) == Amounts{4, 3, 3});
    CHECK(split(11, {1, 1, 1}) == Amounts{4, 4, 3});
    CHECK(split(100, {1, 2, 0}) == Amounts{33, 67, 0});
    CHECK(split(-10, {1, 1, 1}) == Amounts{-4, -3, -3});
    CHECK(split(7, {0, 0, 0}) == Amounts{0, 0, 7});
    CHECK(split(1'000'000'000'000, {Int128{1} << 90, Int128{1} << 90}) ==
          Amounts{500'000'000'000, 500'000'000'000});
}

/// By hand. One start, ordered at 0 s by a chat request, ready at 10 s. The chat request runs from 10 s to
/// 30 s, a batch request that came at 20 s from 20 s to 50 s: alone 10 s chat, together 10 s, alone 20 s
/// batch. Idle from 50 s until the time-out at 70 s: behind batch.
TEST_CASE("two classes pay for their own time on a worker, its start and its idle time-out",
          "[billing][charge_back]") {
    const Charged run(two_classes(scale_to_zero(20s)), plain_purchase(),
                      {request_at(0s, 20s, 0), request_at(20s, 30s, 1)});
    CHECK(run.of(LineKind::kBusy) == Amounts{15'000, 25'000, 0});
    CHECK(run.of(LineKind::kInit) == Amounts{10'000, 0, 0});
    CHECK(run.of(LineKind::kIdleTimeout) == Amounts{0, 20'000, 0});
    CHECK(run.bill.total.nanos() == 70'000);
}

TEST_CASE("a start is caused by those who wait when it is ordered", "[billing][charge_back]") {
    FleetSpec spec = two_classes(nullptr);
    // Looks at 4 s, when two of chat and one of batch wait.
    spec.pools[0].scale = scheduled({{0s, 0}, {4s, 1}});
    const Charged run(std::move(spec), plain_purchase(),
                      {request_at(1s, 1s, 0), request_at(2s, 1s, 0), request_at(3s, 1s, 1)});
    CHECK(run.of(LineKind::kInit) == Amounts{6'667, 3'333, 0});
}

TEST_CASE("what a base keeps up without traffic is nobody's", "[billing][charge_back]") {
    const Charged run(two_classes(fixed(1)), plain_purchase(), {request_at(20s, 30s, 1)});
    CHECK(run.of(LineKind::kBusy) == Amounts{0, 30'000, 0});
    CHECK(run.of(LineKind::kIdleHeadroom) == Amounts{0, 0, 70'000});
}

TEST_CASE("a life's rounding is shared by those who used it", "[billing][charge_back]") {
    Purchase purchase = plain_purchase();
    purchase.contract.step = 60s;
    const Charged run(two_classes(scale_to_zero(20s)), purchase,
                      {request_at(0s, 20s, 0), request_at(20s, 30s, 1)});
    // 70 s are billed as 120 s; of the 40 s that it was busy, 15 s were chat's.
    CHECK(run.of(LineKind::kRounding) == Amounts{18'750, 31'250, 0});
}

TEST_CASE("an attempt that came to nothing is its class's failed work", "[billing][charge_back]") {
    FleetSpec spec = two_classes(fixed(1));
    spec.pools[0].execution_timeout = 10s;
    const Charged run(std::move(spec), plain_purchase(), {request_at(0s, 20s, 0), request_at(30s, 10ms, 1)});
    CHECK(run.of(LineKind::kFailedWork)[0] > 0);
    CHECK(run.of(LineKind::kFailedWork)[1] == 0);
    CHECK(run.of(LineKind::kBusy)[0] == 0);
}

TEST_CASE("meters follow the GPU time that each pays for", "[billing][charge_back]") {
    Purchase purchase = plain_purchase();
    purchase.contract.memory = MemoryMeter{std::int64_t{1} << 30, Price{{1, 6}, PriceUnit::kGibSecond}};
    const Charged run(two_classes(scale_to_zero(20s)), purchase,
                      {request_at(0s, 20s, 0), request_at(20s, 30s, 1)});
    CHECK(run.of(LineKind::kMemory) == Amounts{25'000, 45'000, 0});
}
