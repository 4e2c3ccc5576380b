// What token-level engines report, as far as the fleet passes it on.
#include "tests/fleet/support/run.hpp"
#include "tests/fleet/support/token_service.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

class Gaps final : public GapObserver {
public:
    void gaps(PoolId pool, const TokenGaps& gaps) override {
        if (counts.size() <= pool.value)
            counts.resize(pool.value + 1);
        counts[pool.value] += gaps.iterations * gaps.sequences;
        CHECK(floor_duration(gaps.first) == TokenService::kGap);
        CHECK((gaps.end == gaps.begin + gaps.time(gaps.iterations)));
        CHECK((gaps.end - gaps.time(gaps.iterations - 1) >= Ticks{0}));
        last = std::max(last, floor_time(gaps.end));
    }
    std::vector<std::uint64_t> counts;  // by pool
    SimTime last = SimTime::min();
};

Arrival tokens_at(Duration time, std::uint32_t tokens, std::uint32_t max_tokens = 0) {
    Arrival arrival = request_at(time, 0s);
    arrival.output_tokens = tokens;
    arrival.max_tokens = max_tokens;
    return arrival;
}

FleetSpec with_tokens(std::unique_ptr<ScalePolicy> policy) {
    FleetSpec spec = one_pool(std::move(policy));
    spec.pools.front().service = std::make_unique<TokenServiceFactory>();
    spec.pools.front().concurrency = 4;
    spec.horizon = SimTime{10s};
    return spec;
}

struct TokenRun {
    TokenRun(FleetSpec spec, std::vector<Arrival> arrivals)
        : source(std::move(arrivals)), fleet(std::move(spec), source), log(fleet) {
        fleet.observe(gaps);
        fleet.run();
    }
    ListSource source;
    Fleet fleet;
    Log log;
    Gaps gaps;
};

}  // namespace

TEST_CASE("tokens count in the window that they are made in, to the nanosecond", "[fleet][tokens]") {
    FleetSpec spec = with_tokens(fixed(1));
    spec.begin = SimTime{-1s};
    // Tokens at -40, -30, ... 50 ms; then at 9.96, 9.97, ... 10.05 s.
    const TokenRun run(std::move(spec), {tokens_at(-50ms, 10), tokens_at(9950ms, 10)});
    CHECK(run.gaps.counts == std::vector<std::uint64_t>{6 + 3});
    CHECK(run.gaps.last == SimTime{9990ms});
    CHECK(run.fleet.usage({0}).engine.output_tokens == 6 + 4);
}

TEST_CASE("a window that ends with the traffic cuts what its engines report later", "[fleet][tokens]") {
    FleetSpec spec = with_tokens(fixed(1));
    spec.horizon.reset();
    const TokenRun run(std::move(spec), {tokens_at(0s, 1), tokens_at(950ms, 20)});
    CHECK(run.fleet.horizon() == SimTime{1s});
    CHECK(run.gaps.counts == std::vector<std::uint64_t>{3});  // 970, 980 and 990 ms
    CHECK(run.fleet.usage({0}).engine.output_tokens == 1 + 4);
}

TEST_CASE("what a worker did counts when its life ends, also what it did for requests that it lost",
          "[fleet][tokens]") {
    FleetSpec spec = with_tokens(scheduled({{0s, 1}, {2s, 0}}, VictimOrder::kIdleThenBusy, 1s));
    const TokenRun run(std::move(spec), {tokens_at(1s, 100), tokens_at(1s, 1000)});
    CHECK(run.log.request(1).reason == "its worker was stopped at the drain limit");
    const ServiceUsage& engine = run.fleet.usage({0}).engine;
    CHECK(engine.output_tokens == 100 + 200);
    CHECK(run.gaps.counts == std::vector<std::uint64_t>{99 + 199});
    CHECK(engine.peak_kv_blocks == 2);
    CHECK(engine.kv_blocks == 8);
}

TEST_CASE("workers of a pool add up, and the largest peak of them counts", "[fleet][tokens]") {
    FleetSpec spec = with_tokens(fixed(2));
    spec.pools.front().concurrency = 2;
    const TokenRun run(std::move(spec), {tokens_at(0s, 10), tokens_at(0s, 20), tokens_at(0s, 30)});
    CHECK(run.fleet.usage({0}).engine.output_tokens == 60);
    CHECK(run.fleet.usage({0}).engine.peak_kv_blocks == 2);
    CHECK(run.gaps.counts == std::vector<std::uint64_t>{57});
}

TEST_CASE("a completed request has the tokens that were made, and those that were cut apart",
          "[fleet][tokens]") {
    const TokenRun run(with_tokens(fixed(1)), {tokens_at(0s, 10, 4), tokens_at(1s, 10, 10)});
    CHECK(run.log.request(0).output_tokens == 4);
    CHECK(run.log.request(0).tokens_cut == 6);
    CHECK(run.log.request(0).total() == 40ms);
    CHECK(run.log.request(1).output_tokens == 10);
    CHECK(run.log.request(1).tokens_cut == 0);
}

TEST_CASE("post-processing is of the answer as it was made", "[fleet][tokens]") {
    /// A second for each token.
    class PerToken final : public PathModel {
    public:
        Duration gateway_in(std::uint64_t, std::uint32_t) const override { return 0s; }
        Duration take_up(std::uint64_t, std::uint32_t) const override { return 0s; }
        Duration post(std::uint64_t, std::uint32_t, std::uint32_t tokens) const override {
            return 1s * tokens;
        }
        Duration gateway_out(std::uint64_t, std::uint32_t) const override { return 0s; }
        bool post_holds_slot() const noexcept override { return false; }
        bool is_free() const noexcept override { return false; }
    };
    FleetSpec spec = with_tokens(fixed(1));
    spec.pools.front().path = std::make_unique<PerToken>();
    const TokenRun run(std::move(spec), {tokens_at(0s, 10, 4)});
    CHECK(run.log.request(0).part(LatencyPart::kPost) == 4s);
}

TEST_CASE("engines are told that nobody looks at their tokens", "[fleet][tokens]") {
    class Wary final : public ServiceFactory {
    public:
        std::unique_ptr<ServiceModel> make(TokenObserver* tokens) const override {
            CHECK(tokens == nullptr);
            return std::make_unique<TokenService>(tokens);
        }
        double best_rate(const ObservedWork&, int) const override { return 1; }
    };
    FleetSpec spec = with_tokens(fixed(1));
    spec.pools.front().service = std::make_unique<Wary>();
    const Run run(std::move(spec), {tokens_at(0s, 10)});
    CHECK(run.usage().engine.output_tokens == 10);
}
