// One worker that serves any number of requests at once and stops after an idle time-out T, under Poisson
// arrivals at rate lambda. A quiet spell is exponential, whatever the busy period was: it outlives T with
// probability exp(-lambda T), and the worker idles min(spell, T) of it, (1 - exp(-lambda T)) / lambda on
// average. 99% confidence intervals as in queues_test.cpp.
#include "sim/billing/bill.hpp"
#include "sim/billing/meter.hpp"
#include "tests/support/catch.hpp"
#include "tests/theory/replications.hpp"

using namespace spillway;
using namespace spillway::theory;
using namespace std::chrono_literals;

namespace {

constexpr double kRate = 0.1;
constexpr double kTimeout = 8;
constexpr std::uint64_t kRequests = 20'000;

/// Counts busy periods: maximal stretches in which some request is open.
class BusyPeriods final : public RequestObserver {
public:
    void request_ended(const RequestRecord& request) override {
        stays_.emplace_back(request.arrived, request.delivered);
    }
    double count() {
        std::sort(stays_.begin(), stays_.end());
        double count = 0;
        SimTime end = SimTime::min();
        for (const auto& [from, to] : stays_) {
            if (from > end)
                ++count;
            end = std::max(end, to);
        }
        return count;
    }

private:
    std::vector<std::pair<SimTime, SimTime>> stays_;
};

struct Cycle {
    double cold_share;
    double billed_idle;
};

Purchase by_the_nanosecond() {
    Purchase purchase;
    purchase.contract.price = Price{{1, 0}, PriceUnit::kSecond};
    purchase.contract.step = Duration::zero();
    return purchase;
}

Cycle run(RunSeed seed) {
    FleetSpec spec = testing::one_pool(testing::scale_to_zero(from_seconds(kTimeout)), 1);
    PoolSpec& pool = spec.pools.front();
    pool.concurrency = 1'000'000;
    pool.startup = std::make_unique<testing::SeriesStartup>(
        std::vector<std::pair<StartPhase, Duration>>{{StartPhase::kWeights, 500ms}});
    testing::PoissonSource source(seed, kRate, kRequests, [](double u) { return exponential(u, 2); });
    Fleet fleet(std::move(spec), source);
    BusyPeriods periods;
    fleet.observe(static_cast<RequestObserver&>(periods));
    Meter meter({by_the_nanosecond()});
    fleet.observe(static_cast<RequestObserver&>(meter));
    fleet.observe(static_cast<UsageObserver&>(meter));
    fleet.run();
    const PoolUsage& usage = fleet.usage({0});
    const Bill bill = price_usage(by_the_nanosecond(), meter.totals(usage));
    const double cycles = periods.count();
    const double idle_dollars = static_cast<double>(bill.sum(LineKind::kIdleTimeout).nanos()) / 1e9;
    return {static_cast<double>(usage.starts) / cycles, idle_dollars / cycles};
}

}  // namespace

TEST_CASE("the share of busy periods that start cold is exp(-lambda T)", "[theory]") {
    const Estimate cold = replicate([](RunSeed seed) { return run(seed).cold_share; });
    INFO(cold.mean << " +- " << cold.half_width);
    CHECK(cold.covers(std::exp(-kRate * kTimeout)));
    CHECK(cold.half_width < 0.005);
}

TEST_CASE("the bill has (1 - exp(-lambda T)) / lambda of idle time a cycle", "[theory]") {
    const Estimate idle = replicate([](RunSeed seed) { return run(seed).billed_idle; });
    INFO(idle.mean << " +- " << idle.half_width);
    CHECK(idle.covers((1 - std::exp(-kRate * kTimeout)) / kRate));
    CHECK(idle.half_width < 0.05);
}
