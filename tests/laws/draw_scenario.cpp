#include <array>
#include <span>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "tests/laws/draw.hpp"
#include "tests/laws/scenario.hpp"

namespace spillway::laws {
namespace {

using namespace std::chrono_literals;

/// Prompts that begin alike: every prefix of a row. An id names the whole prefix that ends with it.
constexpr std::array<std::array<std::uint64_t, 8>, 3> kPrompts{
    {{1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 13, 14, 15, 16, 17, 18}, {21, 22, 23, 24, 25, 26, 27, 28}}};

/// The first class on a model of its own, the others on a second: both fit into the worker's memory at a time
/// where the first is pinned.
std::string draw_multiplexed() {
    const bool pinned = toss();
    return fmt::format(
        R"({{"model": "multiplexed", "memory": "8GB", "load_bandwidth": "2GB/s", "load_latency": "{}",
            "sharing": "{}", "models": [
            {{"bytes": "{}GB", "classes": ["class0"], "pinned": {}, "service": {{"model": "fixed", "time": "{}"}}}},
            {{"bytes": "{}GB", "service": {{"model": "token-rate", "prefill_rate": "500/s", "decode_rate": "40/s"}}}}
        ]}})",
        text(tick(0, 4)), toss() ? "time" : "none", draw(1, 4), pinned, text(tick(0, 12)),
        draw(1, pinned ? 4 : 8));
}

std::string draw_service() {
    switch (draw(0, 9)) {
        case 9:
            return fmt::format(
                R"({{"model": "fixed", "from_trace": true, "checkpoint": {{"every": "{}", "takes": "{}", "resume": "{}"}}}})",
                text(tick(1, 8)), text(tick(0, 2)), text(tick(0, 4)));
        case 8:
            return draw_multiplexed();
        case 7:
            return draw_llm_service();
        case 0:
            return "picky";
        case 1:
            return fmt::format(R"({{"model": "fixed", "time": "{}"}})", text(tick(0, 12)));
        case 2:
            return R"({"model": "fixed", "time": {"exponential": {"mean": "2s"}}})";
        case 3:
            return R"({"model": "token-rate", "prefill_rate": "500/s", "decode_rate": "40/s"})";
        case 4:
            return fmt::format(
                R"({{"model": "micro-batch", "times": {{"1": "1s", "4": "2s"}}, "window": "{}"}})",
                text(tick(0, 4)));
        default:
            return R"({"model": "fixed", "from_trace": true})";
    }
}

/// Platforms' autoscalers, with times as short as the traffic's.
RestlessPlan draw_restless(const PoolPlan& pool) {
    RestlessPlan plan;
    if (toss())
        plan.wakes.tick = tick(2, 12);
    if (toss())
        plan.wakes.queue_age = tick(0, 8);
    if (toss())
        plan.wakes.idle_for = tick(0, 12);
    plan.wakes.unserved = toss();
    plan.wakes.ready = toss();
    plan.wakes.freed = toss();
    plan.wakes.live = toss();
    plan.wakes.window = 2s;
    plan.wakes.lag = tick(0, 8);
    plan.most = pool.max_workers + 2;
    return plan;
}

PoolPlan draw_pool(int number, const Scenario& scenario) {
    PoolPlan pool;
    pool.name = fmt::format("pool{}", number);
    pool.concurrency = draw(1, 5);
    pool.binding = static_cast<Binding>(std::max(0, draw(-2, 2)));
    pool.max_workers = draw(1, 4);
    pool.min_workers = rarely() ? draw(0, pool.max_workers) : 0;
    pool.excess = rarely() ? 2 : 0;
    pool.gpus_per_worker = draw(1, 2);
    pool.gpus_per_instance = rarely() ? 4 : pool.gpus_per_worker;
    pool.starts_empty = toss();
    pool.cancel_starting = toss();
    pool.stop_time = tick(0, 4);
    pool.start_retry = tick(1, 12);
    pool.has_supply = scenario.supply && toss();
    if (rarely())
        pool.queue.max_length = static_cast<std::size_t>(draw(0, 4));
    pool.queue.max_wait = tick(0, 200);
    pool.queue.hold_without_worker = !rarely();
    if (rarely())
        pool.rate_limit.requests_per_minute = draw(1, 60);
    if (rarely())
        pool.rate_limit.tokens_per_minute = draw(100, 5000);
    pool.service = draw_service();
    pool.startup = draw_startup(scenario);
    if (rarely()) {
        pool.path = fmt::format(R"({{"gateway_in": "{}", "take_up": "{}", "gateway_out": "{}"}})",
                                text(tick(0, 4)), text(tick(0, 4)), text(tick(0, 4)));
        pool.post = fmt::format(R"({{"time": "{}", "holds_slot": {}}})", text(tick(0, 4)), toss());
    }
    draw_failures(pool);
    pool.scale = draw_scale(pool);
    pool.restless = draw_restless(pool);
    constexpr const char* kRoutes[] = {"",
                                       "",
                                       "warm-first",
                                       "least-loaded",
                                       "round-robin",
                                       "two-choices",
                                       "least-tokens",
                                       "prefix-affinity"};
    const bool has_tokens = pool.service.find("llm") != std::string::npos;
    const std::string route = kRoutes[draw(0, has_tokens ? 7 : 5)];
    if (!route.empty())
        pool.route = fmt::format(R"({{"name": "{}"}})", route);
    return pool;
}

ClassSpec draw_class(int number) {
    ClassSpec spec;
    spec.name = fmt::format("class{}", number);
    spec.priority = draw(0, 1);
    if (rarely())
        spec.timeout = tick(1, 60);
    if (rarely())
        spec.patience = Distribution::exponential(4);
    if (toss()) {
        spec.retry = {static_cast<std::uint32_t>(draw(1, 3)),
                      tick(0, 8),
                      2,
                      toss() ? 0.5 : 0.0,
                      toss(),
                      toss(),
                      toss(),
                      toss()};
    }
    if (rarely())
        spec.ttl = tick(1, 80);
    return spec;
}

std::vector<Arrival> draw_arrivals(Duration warm_up, int classes) {
    std::vector<Arrival> arrivals;
    SimTime at{-warm_up};
    const int count = draw(0, 30);
    for (int i = 0; i < count; ++i) {
        at += toss() ? Duration{0} : tick(0, 12);
        Arrival arrival;
        arrival.at = at;
        arrival.class_id = {static_cast<std::uint32_t>(draw(0, classes - 1))};
        arrival.input_tokens = static_cast<std::uint32_t>(draw(0, 1000));
        arrival.output_tokens = static_cast<std::uint32_t>(draw(0, 100));
        arrival.max_tokens = arrival.output_tokens + static_cast<std::uint32_t>(draw(0, 100));
        arrival.service = tick(0, 16);
        if (toss())
            arrival.prefix_blocks = std::span(kPrompts[static_cast<std::size_t>(draw(0, 2))])
                                        .first(static_cast<std::size_t>(draw(0, 8)));
        arrivals.push_back(arrival);
    }
    return arrivals;
}

/// A hybrid: the pools of a fleet policy have none of their own, bind late, and fill no quota.
void draw_hybrid(Scenario& scenario) {
    for (std::size_t i = 0; i < 2; ++i) scenario.pools[i].scale.clear();
    constexpr const char* kRules[] = {R"("queue_age": "2s")", R"("queue_age": "0s")",
                                      R"("when": "base-queue-length", "queue_length": 1)",
                                      R"("when": "base-busy-share", "busy_share": "50%")"};
    const int rule = draw(0, 3);
    scenario.fleet_policy = fmt::format(
        R"({{"name": "spike-buffer", "base": "pool0", "buffer": "pool1", "base_workers": {},
            "idle_timeout": "{}", "mode": "{}", {}}})",
        draw(scenario.pools[0].min_workers, scenario.pools[0].max_workers), text(tick(1, 20)),
        rule == 3 || toss() ? "early" : "late", kRules[rule]);
}

/// All pools, each the next one's fallback.
void draw_fallback(Scenario& scenario) {
    std::string names;
    for (PoolPlan& pool : scenario.pools) {
        pool.scale.clear();
        names += fmt::format(R"({}"{}")", names.empty() ? "" : ", ", pool.name);
    }
    scenario.fleet_policy = fmt::format(R"({{"name": "gpu-fallback", "pools": [{}], "idle_timeout": "{}"}})",
                                        names, text(tick(1, 20)));
}

}  // namespace

std::string draw_startup(const Scenario& scenario) {
    if (scenario.ground && toss())
        return draw_grounded_startup();
    const std::string failure =
        rarely() ? fmt::format(R"(, "failure": {{"probability": {}}})", draw(1, 2) == 1 ? "0.5" : "1.0") : "";
    switch (draw(0, 3)) {
        case 0:
            return fmt::format(R"({{"phases": [{{"phase": "container", "time": "0s"}}]{}}})", failure);
        case 1:
            return fmt::format(R"({{"phases": [{{"phase": "acquire", "time": "{}"}},
                {{"phase": "pull", "time": "{}"}}, {{"phase": "weights", "time": "{}"}}]{}}})",
                               text(tick(0, 8)), text(tick(0, 8)), text(tick(0, 8)), failure);
        case 2:
            return fmt::format(R"({{"phases": [{{"phase": "acquire", "time": "1s"}},
                {{"phase": "pull", "time": "{}", "after": ["acquire"]}},
                {{"phase": "weights", "time": "{}", "after": ["acquire"]}},
                {{"phase": "warm-up", "time": "500ms", "after": ["pull", "weights"]}}]{}}})",
                               text(tick(1, 8)), text(tick(1, 8)), failure);
        default:
            return fmt::format(R"({{"phases": [{{"phase": "weights", "time":
                {{"exponential": {{"mean": "3s"}}}}}}]{}}})",
                               failure);
    }
}

std::string draw_llm_service() {
    constexpr const char* kEngines[] = {"vllm", "trtllm", "sglang"};
    const int unit = 32 << draw(0, 2);
    const std::string reading = toss() ? fmt::format(R"(, "read_rate": "{}/s")", draw(1, 60)) : "";
    return fmt::format(
        R"({{"model": "llm", "llm": "Qwen3-0.6B", "gpu": "L4", "engine": "{}", "kv_blocks": {},
            "max_batched_tokens": {}, "max_sequences": {}, "max_context": {}, "max_tokens": {},
            "order": "{}", "prefix_cache": {}, "prefix_unit": {}{}}})",
        kEngines[draw(0, 2)], draw(40, 300), draw(64, 1500), draw(1, 12), draw(64, 2000), draw(0, 100),
        toss() ? "first-come" : "shortest-prompt", toss(), unit, reading);
}

Scenario draw_scenario() {
    Scenario scenario;
    scenario.seed = static_cast<std::uint64_t>(draw(1, 1000));
    scenario.warm_up = rarely() ? tick(0, 80) : Duration{0};
    scenario.clients = rarely() ? static_cast<std::uint32_t>(draw(1, 4)) : 0;
    scenario.turns = static_cast<std::uint32_t>(draw(1, 4));
    scenario.think = tick(0, 8);
    if (scenario.clients > 0 || toss())
        scenario.horizon = tick(1, 300);
    const int classes = draw(1, 3);
    for (int i = 0; i < classes; ++i) scenario.classes.push_back(draw_class(i));
    if (toss())
        draw_supply(scenario);
    if (toss())
        scenario.ground = draw_ground();
    const int pools = draw(1, 3);
    for (ClassSpec& spec : scenario.classes) {
        if (rarely())
            spec.poll = tick(1, 12);
        if (draw(0, 2) < 2)
            continue;
        spec.flow = scenario.flows.size();
        scenario.flows.push_back(draw_flow(pools));
    }
    for (int i = 0; i < pools; ++i) scenario.pools.push_back(draw_pool(i, scenario));
    if (rarely())
        scenario.rollouts.push_back(draw_rollout(scenario));
    if (pools > 1 && toss()) {
        if (rarely()) {
            draw_hybrid(scenario);
        } else if (rarely()) {
            draw_fallback(scenario);
        } else {
            scenario.overflow = OverflowPlan{tick(0, 8), toss()};
        }
    }
    scenario.arrivals = draw_arrivals(scenario.warm_up, classes);
    if (scenario.arrivals.empty() && !scenario.horizon)
        scenario.horizon = 5s;
    return scenario;
}

}  // namespace spillway::laws
