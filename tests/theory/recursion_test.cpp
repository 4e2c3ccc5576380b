// Lindley's and Kiefer and Wolfowitz's recursions on the same streams: equal to the nanosecond.
#include <queue>

#include "tests/support/catch.hpp"
#include "tests/theory/replications.hpp"

using namespace spillway;
using namespace spillway::theory;
using namespace std::chrono_literals;

namespace {

class Waits final : public RequestObserver {
public:
    void request_ended(const RequestRecord& request) override {
        if (waits.size() <= request.origin)
            waits.resize(request.origin + 1);
        waits[request.origin] = request.part(LatencyPart::kQueue);
    }
    std::vector<Duration> waits;
};

/// First come, first served: a request starts when it is there and the first of the servers is free.
std::vector<Duration> recursion(RequestSource& source, int servers) {
    std::priority_queue<SimTime, std::vector<SimTime>, std::greater<>> free;
    for (int i = 0; i < servers; ++i) free.push(SimTime::min());
    std::vector<Duration> waits;
    while (source.next_time()) {
        Arrival arrival;
        source.pop(arrival);
        const SimTime start = std::max(arrival.at, free.top());
        free.pop();
        free.push(start + *arrival.service);
        if (waits.size() <= arrival.origin)
            waits.resize(arrival.origin + 1);
        waits[arrival.origin] = start - arrival.at;
    }
    return waits;
}

std::vector<Duration> simulate(RequestSource& source, int workers, int concurrency) {
    FleetSpec spec = testing::one_pool(testing::fixed(workers), workers);
    spec.pools.front().concurrency = concurrency;
    spec.pools.front().queue.max_wait = std::chrono::hours{1000};
    Fleet fleet(std::move(spec), source);
    Waits log;
    fleet.observe(static_cast<RequestObserver&>(log));
    fleet.run();
    return log.waits;
}

testing::PoissonSource poisson(double rate) {
    return {{7, 0}, rate, 100'000, [](double u) { return exponential(u, 1); }};
}

/// Times on a grid of whole seconds: many ties.
testing::ListSource on_a_grid() {
    RandomStream luck(StreamKey({7, 0}, "grid"), 0);
    std::vector<Arrival> arrivals;
    SimTime at;
    for (int i = 0; i < 20'000; ++i) {
        at += 1s * static_cast<std::int64_t>(luck() % 3);
        Arrival arrival;
        arrival.at = at;
        arrival.service = 1s * static_cast<std::int64_t>(luck() % 6);
        arrivals.push_back(arrival);
    }
    return testing::ListSource(std::move(arrivals));
}

}  // namespace

TEST_CASE("one worker waits as Lindley's recursion says, to the nanosecond", "[theory]") {
    testing::PoissonSource one = poisson(0.95);
    testing::PoissonSource same = poisson(0.95);
    CHECK(simulate(one, 1, 1) == recursion(same, 1));
}

TEST_CASE("several workers wait as Kiefer and Wolfowitz's recursion says, to the nanosecond", "[theory]") {
    testing::PoissonSource one = poisson(6.6);
    testing::PoissonSource same = poisson(6.6);
    CHECK(simulate(one, 7, 1) == recursion(same, 7));
}

TEST_CASE("the slots of a worker wait like workers of one slot", "[theory]") {
    testing::PoissonSource one = poisson(6.6);
    testing::PoissonSource same = poisson(6.6);
    CHECK(simulate(one, 2, 4) == recursion(same, 8));
}

TEST_CASE("the recursion holds when arrivals and ends fall on the same instants", "[theory]") {
    testing::ListSource one = on_a_grid();
    testing::ListSource same = on_a_grid();
    CHECK(simulate(one, 3, 1) == recursion(same, 3));
}
