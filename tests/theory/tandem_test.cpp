// Queues in series. The check is a 99% confidence interval of 20 independent replications with a fixed seed.
#include "models/registry.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/theory/replications.hpp"

using namespace spillway;
using namespace spillway::theory;

namespace {

constexpr std::uint64_t kRequests = 100'000;
constexpr double kRate = 0.6;

/// A pool of one worker with exponential service times, drawn anew for each stage.
PoolSpec station(const char* name, const char* service, RunSeed seed) {
    FleetSpec one = testing::one_pool(testing::fixed(1), 1);
    PoolSpec pool = std::move(one.pools.front());
    pool.name = name;
    const ModelContext context{seed, pool.name};
    pool.service = make_service(tests::config(service), context);
    pool.queue.max_wait = std::chrono::hours{1000};
    return pool;
}

/// Mean time of a request in two stations, one after the other.
double sojourn(RunSeed seed) {
    FleetSpec spec;
    spec.seed = seed;
    spec.classes.emplace_back().name = "chat";
    spec.classes.front().flow = 0;
    spec.pools.push_back(
        station("first", R"({"model": "fixed", "time": {"exponential": {"mean": "1s"}}})", seed));
    spec.pools.push_back(
        station("second", R"({"model": "fixed", "time": {"exponential": {"mean": "1250ms"}}})", seed));
    FlowSpec flow;
    for (std::uint32_t i = 0; i < 2; ++i) {
        StageSpec& stage = flow.stages.emplace_back();
        stage.pool = PoolId{i};
        if (i > 0)
            stage.after = {i - 1};
    }
    spec.flows.push_back(flow);
    testing::PoissonSource source(seed, kRate, kRequests, [](double) { return 1.0; });
    Fleet fleet(std::move(spec), source);
    class Totals final : public RequestObserver {
    public:
        void request_ended(const RequestRecord& request) override {
            if (request.origin <= kRequests / 10)
                return;
            ++count;
            seconds += to_seconds(request.total());
        }
        std::uint64_t count = 0;
        double seconds = 0;
    } totals;
    fleet.observe(static_cast<RequestObserver&>(totals));
    fleet.run();
    return totals.seconds / static_cast<double>(totals.count);
}

}  // namespace

TEST_CASE("two M/M/1 in tandem: what leaves the first is Poisson again, so that their means add up",
          "[theory]") {
    // Burke, "The output of a queuing system" (1956). 1 / (1 - 0.6) + 1 / (0.8 - 0.6) = 2.5 + 5 s.
    const Estimate estimate = replicate(sojourn);
    INFO("mean " << estimate.mean << " +- " << estimate.half_width);
    CHECK(estimate.covers(7.5));
    CHECK(estimate.half_width < 0.05 * 7.5);
}
