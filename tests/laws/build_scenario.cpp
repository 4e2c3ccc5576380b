#include <fmt/format.h>

#include <queue>

#include "models/cold_start/parse_startup.hpp"
#include "models/path/pool_path.hpp"
#include "models/registry.hpp"
#include "policies/registry.hpp"
#include "sim/core/check.hpp"
#include "tests/fleet/support/fakes.hpp"
#include "tests/laws/scenario.hpp"
#include "tests/models/support/config_text.hpp"

namespace spillway::laws {
namespace {

using namespace std::chrono_literals;

class Restless final : public ScalePolicy {
public:
    Restless(const RestlessPlan& plan, StreamKey key, std::uint64_t pool) : plan_(plan), luck_(key, pool) {}
    Wakes wakes() const override { return plan_.wakes; }
    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision;
        decision.target = pick(3) == 0 ? view.present() : pick(plan_.most);
        if (why == Trigger::kIdle)
            decision.target = view.present() - std::min(view.present(), view.idle_expired);
        decision.victims = static_cast<VictimOrder>(pick(3));
        if (pick(1) == 0)
            decision.drain_limit = 250ms * pick(12);
        decision.floor = pick(2);
        decision.buffer = pick(2);
        decision.idle_reason = static_cast<IdleReason>(pick(1));
        if (pick(3) == 0)
            decision.wake_at = view.now + 250ms * (1 + pick(12));
        decision.rule = "restless";
        return decision;
    }

private:
    int pick(int most) { return static_cast<int>(luck_() % (static_cast<std::uint64_t>(most) + 1)); }

    RestlessPlan plan_;
    RandomStream luck_;
};

/// Asks every engine on every arrival and checks what it shows; then goes by prefixes.
class Probe final : public WorkerRoute {
public:
    explicit Probe(std::unique_ptr<WorkerRoute> then) : then_(std::move(then)) {}
    WorkerId pick(const RequestView& request, WorkerChoices& choices, RandomStream& luck) override {
        for (int n = 0; n < choices.count(); ++n) check(request, choices, choices.nth(n));
        return then_->pick(request, choices, luck);
    }
    bool asks_engines() const override { return true; }

private:
    static void check(const RequestView& request, const WorkerChoices& choices, WorkerId worker) {
        const EngineView view = choices.engine(worker, request).value();
        SPILLWAY_CHECK(view.kv_tokens > 0 && view.free_tokens <= view.kv_tokens, "memory from nowhere");
        SPILLWAY_CHECK(view.prefix_tokens < std::max(request.input_tokens, 1U),
                       "a prompt was found whole: its last token is always computed");
        SPILLWAY_CHECK(view.prefix_tokens <= view.kv_tokens, "more is cached than there is room for");
        if (choices.load(worker) == 0) {
            SPILLWAY_CHECK(view.queued_tokens == 0, "prompts wait in an engine without requests");
        }
        SPILLWAY_CHECK(choices.engine(worker, request) == view, "asking twice changes the answer");
    }

    std::unique_ptr<WorkerRoute> then_;
};

/// Pools in turn by origin; the first spills into the second.
class SpreadRoute final : public PoolRoute {
public:
    SpreadRoute(std::uint32_t pools, std::optional<OverflowPlan> overflow)
        : pools_(pools), overflow_(overflow) {}
    Route route(const RequestView& request, FleetView) override {
        Route route{{static_cast<std::uint32_t>(request.origin % pools_)}, std::nullopt, Duration{0}, false};
        if (overflow_ && route.pool.value == 0) {
            route.overflow = PoolId{1};
            route.overflow_after = overflow_->after;
            route.early = overflow_->early;
        }
        return route;
    }
    bool looks_at_request_only() const override { return true; }

private:
    std::uint32_t pools_;
    std::optional<OverflowPlan> overflow_;
};

constexpr std::uint64_t kFirstClient = 1000;

/// The list, and clients that send again some time after each answer.
class MixedSource final : public RequestSource {
public:
    explicit MixedSource(const Scenario& scenario) : scenario_(scenario) {
        for (std::uint32_t client = 0; client < scenario.clients; ++client) {
            sends_.push({SimTime{-scenario.warm_up}, kFirstClient * (client + 1)});
        }
    }
    std::optional<SimTime> next_time() override {
        std::optional<SimTime> next;
        if (next_ < scenario_.arrivals.size())
            next = scenario_.arrivals[next_].at;
        if (!sends_.empty() && (!next || sends_.top().first < *next))
            next = sends_.top().first;
        return next;
    }
    void pop(Arrival& arrival) override {
        const bool listed = next_ < scenario_.arrivals.size() &&
                            (sends_.empty() || scenario_.arrivals[next_].at <= sends_.top().first);
        if (listed) {
            arrival = scenario_.arrivals[next_];
            arrival.origin = next_++;
            return;
        }
        arrival.at = sends_.top().first;
        arrival.origin = sends_.top().second;
        arrival.service = 1s;
        sends_.pop();
    }
    bool reacts() const override { return scenario_.clients > 0; }
    void answered(const ClientAnswer& answer) override {
        if (answer.origin < kFirstClient || answer.origin % kFirstClient + 1 >= scenario_.turns)
            return;
        sends_.push({answer.at + scenario_.think, answer.origin + 1});
    }

private:
    using Send = std::pair<SimTime, std::uint64_t>;

    const Scenario& scenario_;
    std::size_t next_ = 0;
    std::priority_queue<Send, std::vector<Send>, std::greater<>> sends_;
};

std::vector<PoolFacts> facts_of(const Scenario& scenario) {
    std::vector<PoolFacts> facts;
    for (const PoolPlan& plan : scenario.pools) {
        facts.push_back({plan.name, plan.concurrency, plan.min_workers, plan.max_workers});
    }
    return facts;
}

PoolSpec build_limits(const PoolPlan& plan) {
    PoolSpec pool;
    pool.name = plan.name;
    pool.concurrency = plan.concurrency;
    pool.binding = plan.binding;
    pool.min_workers = plan.min_workers;
    pool.max_workers = plan.max_workers;
    pool.excess = plan.excess;
    pool.gpus_per_worker = plan.gpus_per_worker;
    pool.gpus_per_instance = plan.gpus_per_instance;
    pool.starts_empty = plan.starts_empty;
    pool.cancel_starting = plan.cancel_starting;
    pool.stop_time = plan.stop_time;
    pool.start_retry = plan.start_retry;
    if (plan.has_supply)
        pool.supply = 0;
    pool.start_backoff = plan.start_backoff;
    pool.init_timeout = plan.init_timeout;
    pool.execution_timeout = plan.execution_timeout;
    pool.crash_rate = plan.crash_rate;
    pool.on_worker_lost = plan.on_worker_lost;
    pool.max_requeues = plan.max_requeues;
    pool.queue = plan.queue;
    pool.rate_limit = plan.rate_limit;
    return pool;
}

std::shared_ptr<StartGround> build_ground(const Scenario& scenario) {
    if (!scenario.ground)
        return nullptr;
    GroundSpec spec;
    spec.seed = {scenario.seed, 0};
    spec.links.push_back({"registry", scenario.ground->registry});
    spec.gear.push_back(scenario.ground->gear);
    spec.gear_of.assign(scenario.hosts.size(), 0);
    return std::make_shared<StartGround>(std::move(spec));
}

/// All pools' starts share the `ground`.
ModelContext models_of(const Scenario& scenario, std::uint32_t pool,
                       const std::shared_ptr<StartGround>& ground) {
    ModelContext context{{scenario.seed, 0}, scenario.pools[pool].name};
    for (const ClassSpec& spec : scenario.classes) context.class_names.push_back(spec.name);
    context.ground = ground;
    return context;
}

PoolSpec build_pool(const Scenario& scenario, const PolicyContext& policies, const ModelContext& models) {
    const PoolPlan& plan = scenario.pools[policies.pool.value];
    PoolSpec pool = build_limits(plan);
    using tests::config;
    if (plan.service == "picky") {
        pool.service = std::make_unique<testing::PickyServiceFactory>(900);
    } else {
        pool.service = make_service(config(plan.service), models);
    }
    pool.startup = make_startup(config(plan.startup), models);
    if (!plan.path.empty()) {
        const ConfigNode path = config(plan.path);
        const ConfigNode post = config(plan.post);
        pool.path = make_path(&path, &post, models);
    }
    if (plan.scale == "restless") {
        pool.scale = std::make_unique<Restless>(plan.restless, StreamKey({scenario.seed, 0}, "restless"),
                                                policies.pool.value);
    } else if (!plan.scale.empty()) {
        pool.scale = make_scale_policy(config(plan.scale), policies);
    }
    if (plan.route == "probe") {
        pool.route = std::make_unique<Probe>(make_worker_route(config(R"("prefix-affinity")"), policies));
    } else if (!plan.route.empty()) {
        pool.route = make_worker_route(config(plan.route), policies);
    }
    return pool;
}

}  // namespace

FleetSpec build_spec(const Scenario& scenario) {
    FleetSpec spec;
    spec.seed = {scenario.seed, 0};
    spec.begin = SimTime{-scenario.warm_up};
    if (scenario.horizon)
        spec.horizon = SimTime{*scenario.horizon};
    spec.classes = scenario.classes;
    spec.flows = scenario.flows;
    if (scenario.supply)
        spec.supplies.push_back(*scenario.supply);
    spec.zones = scenario.zones;
    spec.hosts = scenario.hosts;
    const std::vector<PoolFacts> facts = facts_of(scenario);
    std::vector<std::string> classes;
    for (const ClassSpec& of : scenario.classes) classes.push_back(of.name);
    const PolicyContext policies{facts, classes, {}};
    const std::shared_ptr<StartGround> ground = build_ground(scenario);
    for (std::uint32_t pool = 0; pool < scenario.pools.size(); ++pool) {
        spec.pools.push_back(
            build_pool(scenario, policies.for_pool({pool}), models_of(scenario, pool, ground)));
    }
    for (const RolloutPlan& plan : scenario.rollouts) {
        RolloutSpec& rollout = spec.rollouts.emplace_back();
        rollout.at = SimTime{plan.at};
        rollout.pool = {plan.pool};
        rollout.surge = plan.surge;
        rollout.max_unavailable = plan.max_unavailable;
        if (!plan.startup.empty()) {
            rollout.startup =
                make_startup(tests::config(plan.startup), models_of(scenario, plan.pool, ground));
        }
    }
    if (scenario.fleet_policy.empty()) {
        spec.route =
            std::make_unique<SpreadRoute>(static_cast<std::uint32_t>(spec.pools.size()), scenario.overflow);
        return spec;
    }
    FleetSetup setup = make_fleet_policy(tests::config(scenario.fleet_policy), policies);
    spec.policy = std::move(setup.policy);
    spec.route = std::move(setup.route);
    return spec;
}

void leave_in_peace(Scenario& scenario) {
    for (ClassSpec& spec : scenario.classes) spec.ttl.reset();
    for (PoolPlan& pool : scenario.pools) {
        pool.crash_rate = 0;
        pool.execution_timeout.reset();
    }
    scenario.zones.clear();
    scenario.hosts.clear();
    if (!scenario.supply)
        return;
    scenario.supply->zone.reset();
    scenario.supply->spot.reset();
    scenario.supply->hosts.clear();
}

std::unique_ptr<RequestSource> build_source(const Scenario& scenario) {
    return std::make_unique<MixedSource>(scenario);
}

}  // namespace spillway::laws
