#include <fmt/format.h>

#include "tests/laws/scenario.hpp"

namespace spillway::laws {
namespace {

std::string seconds(Duration time) { return fmt::format("{}s", to_seconds(time)); }
std::string seconds(const std::optional<Duration>& time) { return time ? seconds(*time) : "-"; }

std::string describe_wakes(const RestlessPlan& plan) {
    const Wakes& wakes = plan.wakes;
    return fmt::format("restless up to {}: tick {} queue_age {} idle_for {} lag {}{}{}{}{}", plan.most,
                       seconds(wakes.tick), seconds(wakes.queue_age), seconds(wakes.idle_for),
                       seconds(wakes.lag), wakes.unserved ? " unserved" : "", wakes.ready ? " ready" : "",
                       wakes.freed ? " freed" : "", wakes.live ? " live" : "");
}

std::string describe_pool(const PoolPlan& pool) {
    constexpr const char* kBindings[] = {"late", "start", "push"};
    std::string line = fmt::format(
        "{}: c={} {} workers {}..{}+{} gpus {}/{}{}{}{} stop {} retry {} max_wait {}", pool.name,
        pool.concurrency, kBindings[static_cast<int>(pool.binding)], pool.min_workers, pool.max_workers,
        pool.excess, pool.gpus_per_worker, pool.gpus_per_instance, pool.starts_empty ? " empty" : " steady",
        pool.cancel_starting ? " cancels" : "", pool.has_supply ? " quota" : "", seconds(pool.stop_time),
        seconds(pool.start_retry), seconds(pool.queue.max_wait));
    if (pool.queue.max_length)
        line += fmt::format(" max_length {}", *pool.queue.max_length);
    if (!pool.queue.hold_without_worker)
        line += " no holding";
    if (pool.rate_limit.requests_per_minute)
        line += fmt::format(" rpm {}", *pool.rate_limit.requests_per_minute);
    if (pool.rate_limit.tokens_per_minute)
        line += fmt::format(" tpm {}", *pool.rate_limit.tokens_per_minute);
    return line + fmt::format("\n  service {}\n  startup {}\n  path {} post {}\n  scale {} route {}\n",
                              pool.service, pool.startup, pool.path, pool.post,
                              pool.scale == "restless" ? describe_wakes(pool.restless) : pool.scale,
                              pool.route);
}

std::string describe_failures(const PoolPlan& pool) {
    std::string line =
        fmt::format("  failures: crashes {}/s {} x{} init {} execution {} back-off x{} {} jitter {}{}",
                    pool.crash_rate, pool.on_worker_lost == OnWorkerLost::kRequeue ? "requeue" : "fail",
                    pool.max_requeues, seconds(pool.init_timeout), seconds(pool.execution_timeout),
                    pool.start_backoff.factor, seconds(pool.start_backoff.max), pool.start_backoff.jitter,
                    pool.queue.late_is_refused ? " late is refused" : "");
    if (const auto& limit = pool.rate_limit.per_window)
        line += fmt::format(" {}+{} in {}", limit->base, limit->per_worker, seconds(pool.rate_limit.window));
    if (const auto& limit = pool.rate_limit.concurrent)
        line += fmt::format(" {}+{} at once", limit->base, limit->per_worker);
    return line + "\n";
}

std::string describe_zone(const ZoneSpec& zone) {
    std::string line = "zone:";
    if (zone.capacity)
        line += fmt::format(" capacity {}s up", zone.capacity->up.mean());
    for (const CapacityChange& change : zone.replay)
        line += fmt::format(" {} at {}", change.available ? "up" : "down", to_seconds(change.at));
    for (const OutageSpec& outage : zone.outages)
        line += fmt::format(" out at {} for {}", to_seconds(outage.from), seconds(outage.length));
    if (zone.stock_out)
        line +=
            fmt::format(" stock-out {} of {}", zone.stock_out->probability, seconds(zone.stock_out->slot));
    if (zone.sweeps)
        line += fmt::format(" sweeps {}/s", zone.sweeps->rate);
    return line + "\n";
}

std::string describe_supply(const Scenario& scenario) {
    const SupplySpec& supply = *scenario.supply;
    std::string text =
        fmt::format("supply {} {}{}", supply.gpus.value_or(0), supply.wait_when_short ? "waits" : "fails",
                    supply.zone ? " in the zone" : "");
    if (supply.spot)
        text += fmt::format(" spot notice {} {}/s", seconds(supply.spot->notice), supply.spot->rate);
    text += fmt::format(" launches {}\n", seconds(supply.launch_interval));
    for (const HostSpec& host : scenario.hosts)
        text += fmt::format("{}: faults {}/s\n", host.name, host.faults ? host.faults->rate : 0);
    for (const ZoneSpec& zone : scenario.zones) text += describe_zone(zone);
    return text;
}

std::string describe_ground(const GroundPlan& ground) {
    const auto bytes = [](const std::optional<std::int64_t>& size) {
        return size ? fmt::format("{}", *size) : std::string("-");
    };
    const HostGear& gear = ground.gear;
    return fmt::format("registry {} B/s; hosts: images {} weights {} memory {} nic {} disk {} churn {}\n",
                       ground.registry, bytes(gear.image_cache), bytes(gear.weight_cache),
                       bytes(gear.memory_cache), gear.nic.value_or(0), gear.disk.value_or(0),
                       gear.churn ? gear.churn->mean() : 0);
}

std::string describe_class(const ClassSpec& spec) {
    return fmt::format(
        "{}: priority {} timeout {} ttl {} patience {} attempts {} back-off {} jitter {} on {}{}{}\n",
        spec.name, spec.priority, seconds(spec.timeout), seconds(spec.ttl), spec.patience ? "exp" : "-",
        spec.retry.attempts, seconds(spec.retry.backoff), spec.retry.jitter,
        spec.retry.on_rejected ? "rejected " : "", spec.retry.on_timed_out ? "timed-out " : "",
        spec.retry.on_failed ? "failed" : "");
}

std::string describe_tokens(const StageTokens& tokens) {
    return fmt::format("{} x{}", tokens.factor, tokens.plus ? fmt::format(" + {}", tokens.plus->mean()) : "");
}

std::string describe_flow(const FlowSpec& flow) {
    std::string out =
        fmt::format("flow, {} is tried again\n", flow.retry == FlowRetry::kStage ? "a stage" : "a request");
    for (std::uint32_t i = 0; i < flow.stages.size(); ++i) {
        const StageSpec& stage = flow.stages[i];
        std::string after;
        for (const std::uint32_t before : stage.after) after += fmt::format(" {}", before);
        out += fmt::format("  {}{} pool {} after{} share {} in {} out {} max {} service x{}\n", i,
                           flow.answers == i ? " answers" : "",
                           stage.pool ? std::to_string(stage.pool->value) : "-", after, stage.share,
                           describe_tokens(stage.input), describe_tokens(stage.output),
                           stage.max_tokens ? std::to_string(*stage.max_tokens) : "-", stage.service_factor);
    }
    return out;
}

}  // namespace

std::string describe(const Scenario& scenario) {
    std::string out = fmt::format("seed {} warm-up {} horizon {} clients {} x {} think {}\n", scenario.seed,
                                  seconds(scenario.warm_up), seconds(scenario.horizon), scenario.clients,
                                  scenario.turns, seconds(scenario.think));
    if (scenario.supply)
        out += describe_supply(scenario);
    if (scenario.ground)
        out += describe_ground(*scenario.ground);
    for (const RolloutPlan& plan : scenario.rollouts)
        out += fmt::format("rollout of pool{} at {} surge {} unavailable {} startup {}\n", plan.pool,
                           seconds(plan.at), plan.surge, plan.max_unavailable, plan.startup);
    if (scenario.overflow) {
        out += fmt::format("overflow {} after {}\n", scenario.overflow->early ? "early" : "late",
                           seconds(scenario.overflow->after));
    }
    out += scenario.fleet_policy;
    for (const ClassSpec& spec : scenario.classes) {
        out += describe_class(spec);
        if (spec.poll)
            out += fmt::format("  polls every {}\n", seconds(spec.poll));
        if (spec.flow)
            out += "  " + describe_flow(scenario.flows[*spec.flow]);
    }
    for (const PoolPlan& pool : scenario.pools) out += describe_pool(pool) + describe_failures(pool);
    for (const Arrival& arrival : scenario.arrivals) {
        out += fmt::format("at {} class {} service {} in {} out {}\n", seconds(arrival.at.time_since_epoch()),
                           arrival.class_id.value, seconds(arrival.service), arrival.input_tokens,
                           arrival.output_tokens);
    }
    return out;
}

}  // namespace spillway::laws
