// The law that the floor is proved for: no run that meets its objectives is below it, whatever the policy.
#include <fmt/format.h>

#include "app/bound/bound.hpp"
#include "app/bound/plan_runner.hpp"
#include "app/run/run_scenario.hpp"
#include "sim/core/rng.hpp"
#include "tests/app/bound/bound_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

class Draw {
public:
    explicit Draw(std::uint64_t seed) : luck_(StreamKey(RunSeed{seed, 0}, "floor law"), 0) {}

    double between(double low, double high) { return low + luck_.uniform() * (high - low); }
    int count(int low, int high) { return static_cast<int>(between(low, high + 0.999)); }
    bool chance(double share) { return luck_.uniform() < share; }
    std::string one_of(std::initializer_list<const char*> all) {
        return *(all.begin() + count(0, static_cast<int>(all.size()) - 1));
    }

private:
    RandomStream luck_;
};

std::string law(Draw& draw, double low, double high) {
    const double mean = draw.between(low, high);
    if (draw.chance(0.4))
        return fmt::format(R"("{:.3f}s")", mean);
    return fmt::format(R"({{"lognormal": {{"mean": "{:.3f}s", "cv": {:.2f}}}}})", mean, draw.between(0.2, 1));
}

std::string traffic(Draw& draw) {
    const std::string tokens =
        R"("input_tokens": {"lognormal": {"mean": 900, "cv": 1}}, "output_tokens": {"lognormal": {"mean": 80, "cv": 0.8}})";
    const double rate = draw.between(0.01, 0.6);
    if (draw.chance(0.4))
        return fmt::format(R"({{"source": "poisson", "rate": "{:.3f}/s", {}}})", rate, tokens);
    return fmt::format(R"({{"source": "mmpp", "states": [{{"rate": "{:.4f}/s", "mean_sojourn": "3m"}},
        {{"rate": "{:.3f}/s", "mean_sojourn": "40s"}}], {}}})",
                       rate / 10, 3 * rate, tokens);
}

std::string service(Draw& draw) {
    const int which = draw.count(0, 2);
    if (which == 0)
        return fmt::format(R"({{"model": "fixed", "time": {}}})", law(draw, 0.5, 8));
    if (which == 1)
        return R"({"model": "token-rate", "prefill_rate": "2000/s", "decode_rate": "30/s", "overhead": "30ms"})";
    return R"({"model": "micro-batch", "window": "100ms", "times": {"1": "1s", "2": "1.6s", "4": "2.6s"}})";
}

std::string startup(Draw& draw) {
    return fmt::format(R"([{{"phase": "acquire", "time": {}}}, {{"phase": "pull", "time": "3s"}},
        {{"phase": "weights", "time": {}}}])",
                       law(draw, 1, 10), law(draw, 1, 30));
}

std::string price(Draw& draw) {
    std::string billed;
    for (const char* state : {"acquire", "pull", "init", "stopping"})
        billed += fmt::format(R"({}"{}": {})", billed.empty() ? "" : ", ", state, draw.chance(0.6));
    if (draw.chance(0.15))
        billed += R"(, "idle": false)";
    const std::string steps =
        draw.chance(0.2) ? R"(, "steps": [{"first": 2, "price": "$0.0005/s"}])" : std::string();
    return fmt::format(R"({{"instance": "$0.001/s", "step": "{}", "billed": {{{}}}{}}})",
                       draw.one_of({"0s", "1s", "60s"}), billed, steps);
}

std::string policy(Draw& draw) {
    switch (draw.count(0, 5)) {
        case 0:
            return fmt::format(R"({{"name": "fixed", "workers": {}}})", draw.count(1, 6));
        case 1:
            return fmt::format(R"({{"name": "scale-to-zero", "idle_timeout": "{}s"}})", draw.count(0, 90));
        case 2:
            return fmt::format(R"({{"name": "keep-warm", "min": {}, "buffer": {}, "idle_timeout": "{}s"}})",
                               draw.count(0, 2), draw.count(0, 2), draw.count(1, 60));
        case 3:
            return fmt::format(R"({{"name": "queue-depth", "target": {}, "cooldown_down": "{}s"}})",
                               draw.count(1, 4), draw.count(0, 100));
        case 4:
            return fmt::format(R"({{"name": "concurrency-target", "down_window": "{}s"}})",
                               draw.count(5, 100));
        default:
            return R"({"name": "schedule", "entries": [{"from": "00:00", "workers": 4}, {"from": "00:05", "workers": 1}]})";
    }
}

BoundCase draw_case(Draw& draw) {
    BoundCase one;
    one.traffic = traffic(draw);
    one.service = service(draw);
    one.startup = startup(draw);
    one.price = price(draw);
    one.slo = fmt::format(R"("p{} {} < {:.2f}s")", draw.one_of({"50", "80", "95", "99"}),
                          draw.one_of({"total", "ttft"}), draw.between(4, 90));
    if (draw.chance(0.3))
        one.slo += fmt::format(R"(, "failed < {}%")", draw.count(1, 20));
    if (draw.chance(0.4))
        one.slo += fmt::format(R"(, "cold share < {}%")", draw.count(1, 40));
    one.horizon = draw.one_of({"5m", "10m", "20m"});
    one.pool = fmt::format(R"(, "concurrency": {}, "initial": "{}", "stop_time": "{}s", "binding": "{}")",
                           draw.count(1, 4), draw.one_of({"empty", "steady"}), draw.count(0, 5),
                           draw.one_of({"late", "late", "push"}));
    if (draw.chance(0.3))
        one.pool += R"(, "gpus": {"per_worker": 1, "per_instance": 2})";
    if (one.pool.find("per_instance") != std::string::npos)
        one.price = R"({"instance": "$0.001/s", "step": "1s"})";
    one.scenario =
        fmt::format(R"(, "seed": {}, "warm_up": "{}")", draw.count(1, 1'000'000), draw.one_of({"0s", "1m"}));
    return one;
}

FleetPlan draw_plan(Draw& draw, double seconds) {
    FleetPlan plan;
    const int stints = draw.count(1, 12);
    for (int i = 0; i < stints; ++i) {
        const double from = draw.between(-60, seconds);
        plan.push_back({SimTime{from_seconds(from)}, SimTime{from_seconds(from + draw.between(1, seconds))}});
    }
    return plan;
}

}  // namespace

TEST_CASE("no policy that meets its objectives pays less than the floor", "[bound][laws]") {
    int met = 0;
    double nearest = 1e9;
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        Draw draw(seed);
        BoundCase one = draw_case(draw);
        const Scenario scenario = scenario_of(one);
        INFO("seed " << seed << ": " << one.traffic << one.service << one.startup << one.price << one.slo
                     << one.pool << one.scenario << one.horizon);
        const Floor floor = find_floor({scenario});
        const auto check = [&](const RunResult& result) {
            if (!meets_objectives(result))
                return;
            ++met;
            INFO("floor " << floor.dollars << ", paid " << to_usd(result.cost));
            REQUIRE(floor.reachable);
            REQUIRE(to_usd(result.cost) >= floor.dollars - 1e-9);
            if (floor.dollars > 0)
                nearest = std::min(nearest, to_usd(result.cost) / floor.dollars);
        };
        for (int i = 0; i < 4; ++i) {
            one.policy = policy(draw);
            INFO(one.policy);
            check(run_scenario(scenario_of(one)));
        }
        const double seconds = to_seconds(*scenario.horizon);
        const PlanRunner runner(scenario, scenario.pools.front(), SimTime{} + *scenario.horizon);
        for (int i = 0; i < 6; ++i) check(runner.run(draw_plan(draw, seconds)).result);
    }
    CHECK(met > 200);
    CHECK(nearest < 1.5);  // the law is put to the test
}

TEST_CASE("schedules that were searched for do not pass below the floor", "[bound][laws]") {
    for (std::uint64_t seed = 200; seed < 212; ++seed) {
        Draw draw(seed);
        BoundCase one = draw_case(draw);
        one.horizon = "5m";
        INFO("seed " << seed << ": " << one.traffic << one.service << one.startup << one.price << one.slo
                     << one.pool << one.scenario);
        const Bounds bounds = find_bounds({scenario_of(one)});
        if (bounds.best)
            CHECK(to_usd(bounds.best->result.cost) >= bounds.floor.dollars - 1e-9);
        if (bounds.fixed)
            CHECK(bounds.fixed->result.cost >= bounds.best->result.cost);
    }
}

}  // namespace spillway::tests
