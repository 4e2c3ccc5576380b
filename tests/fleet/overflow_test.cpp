// Requests of a base pool that overflow into a second one.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

class Overflow final : public PoolRoute {
public:
    explicit Overflow(Route route) : route_(route) {}
    Route route(const RequestView&, FleetView) override { return route_; }
    bool looks_at_request_only() const override { return true; }

private:
    Route route_;
};

/// A base of one worker; the second pool starts workers in 3 s.
FleetSpec two_pools(Route route) {
    FleetSpec spec = one_pool(fixed(1), 1);
    spec.horizon = SimTime{100s};
    FleetSpec second = one_pool(scale_to_zero(10s));
    second.pools.front().name = "spike";
    second.pools.front().startup = startup({{StartPhase::kContainer, 3s}});
    spec.pools.push_back(std::move(second.pools.front()));
    spec.route = std::make_unique<Overflow>(route);
    return spec;
}

constexpr Route kLate{PoolId{0}, PoolId{1}, 2s, false};
constexpr Route kEarly{PoolId{0}, PoolId{1}, 2s, true};
constexpr Route kAtOnce{PoolId{0}, PoolId{1}, 0s, true};

}  // namespace

TEST_CASE("a late overflow stands in both queues and takes the first slot", "[fleet][overflow]") {
    // Overflows at 2 s, the second pool is ready at 5 s: sooner than the base (20 s), later than it (4 s).
    const Run slow(two_pools(kLate), {request_at(0s, 20s), request_at(0s, 1s)});
    CHECK(slow.request(1).pool == PoolId{1});
    CHECK(slow.total(1) == 6s);
    CHECK(slow.part(1, LatencyPart::kColdStart) == 3s);
    CHECK(slow.part(1, LatencyPart::kQueue) == 2s);
    const Run fast(two_pools(kLate), {request_at(0s, 4s), request_at(0s, 1s)});
    CHECK(fast.request(1).pool == PoolId{0});
    CHECK(fast.total(1) == 5s);
    CHECK(fast.part(1, LatencyPart::kQueue) == 4s);  // the other pool's start is none of its time
    CHECK(fast.request(1).overflowed);
    CHECK(fast.request(1).exposed);
    CHECK_FALSE(fast.request(1).cold);
}

TEST_CASE("an early overflow moves over for good, and learns that the base was sooner", "[fleet][overflow]") {
    const Run run(two_pools(kEarly), {request_at(0s, 4s), request_at(0s, 1s)});
    CHECK(run.request(1).pool == PoolId{1});
    CHECK(run.total(1) == 6s);
    CHECK(run.request(1).base_sooner);
    CHECK(run.usage(0).overflowed == 1);
    CHECK(run.usage(0).overflowed_base_sooner == 1);
}

TEST_CASE("an early overflow that was right is not counted as sooner in the base", "[fleet][overflow]") {
    const Run run(two_pools(kEarly), {request_at(0s, 20s), request_at(0s, 1s)});
    CHECK(run.total(1) == 6s);
    CHECK_FALSE(run.request(1).base_sooner);
    CHECK(run.usage(0).overflowed_base_sooner == 0);
}

TEST_CASE("a request that has moved over holds nobody back in the base", "[fleet][overflow]") {
    const Run run(two_pools(kEarly), {request_at(0s, 4s), request_at(0s, 9s), request_at(3s, 1s)});
    CHECK(run.request(2).pool == PoolId{0});
    CHECK(run.request(2).delivered == SimTime{5s});
}

TEST_CASE("an overflow at once needs no waiting", "[fleet][overflow]") {
    const Run run(two_pools(kAtOnce), {request_at(0s, 20s), request_at(1s, 1s)});
    CHECK(run.total(1) == 4s);
    CHECK(run.request(1).pool == PoolId{1});
}

TEST_CASE("a request that the base turns away overflows at once, or is rejected", "[fleet][overflow]") {
    const auto full_base = [](const Route& route) {
        FleetSpec spec = two_pools(route);
        spec.pools[0].queue.max_length = 0;
        return spec;
    };
    const Run at_once(full_base(kAtOnce), {request_at(0s, 20s), request_at(1s, 1s)});
    CHECK(at_once.request(1).pool == PoolId{1});
    CHECK(at_once.total(1) == 4s);
    const Run later(full_base(kLate), {request_at(0s, 20s), request_at(1s, 1s)});
    CHECK(later.request(1).outcome == Outcome::kRejected);
    CHECK(later.request(1).reason == "queue full");
}

TEST_CASE("a request that both pools turn away is rejected for the first pool's reason",
          "[fleet][overflow]") {
    FleetSpec spec = two_pools(kAtOnce);
    spec.pools[0].rate_limit.requests_per_minute = 1;
    spec.pools[1].queue.hold_without_worker = false;
    const Run run(std::move(spec), {request_at(0s, 20s), request_at(1s, 1s)});
    CHECK(run.request(1).outcome == Outcome::kRejected);
    CHECK(run.request(1).reason == "rate limit of the pool");
    CHECK(run.log.requests.size() == 2);
}

TEST_CASE("a request that overflowed and is bound waits as its second pool says", "[fleet][overflow]") {
    // Bound at 1 s to a start of the second pool, which would be ready at 101 s.
    FleetSpec spec = two_pools(kAtOnce);
    spec.pools[1].binding = Binding::kStart;
    spec.pools[1].startup = startup({{StartPhase::kContainer, 100s}});
    spec.pools[1].queue.max_wait = 5s;
    spec.pools[1].queue.late_is_refused = true;
    const Run run(std::move(spec), {request_at(0s, 20s), request_at(1s, 1s)});
    CHECK(run.request(1).outcome == Outcome::kRejected);
    CHECK(run.request(1).reason == "pending limit of the pool");
    CHECK(run.total(1) == 5s);
}

TEST_CASE("a second pool that refuses leaves the request in the base", "[fleet][overflow]") {
    FleetSpec spec = two_pools(kLate);
    spec.pools[1].queue.hold_without_worker = false;
    const Run run(std::move(spec), {request_at(0s, 20s), request_at(1s, 1s)});
    CHECK(run.request(1).pool == PoolId{0});
    CHECK(run.request(1).delivered == SimTime{21s});
}
