// Random starts of several pools on hosts with caches, over shared links, some of them cancelled: what must
// hold whoever keeps what.

#include <algorithm>

#include "tests/models/support/start_world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

HostGear random_gear() {
    HostGear gear;
    const auto maybe = [](std::int64_t most) {
        return *rc::gen::inRange(0, 3) == 0 ? std::nullopt
                                            : std::optional(*rc::gen::inRange<std::int64_t>(0, most));
    };
    gear.image_cache = maybe(30'000'000'000);
    gear.weight_cache = maybe(60'000'000'000);
    gear.memory_cache = maybe(40'000'000'000);
    if (*rc::gen::inRange(0, 2) == 0)
        gear.nic = 5e8;
    if (*rc::gen::inRange(0, 2) == 0)
        gear.disk = 3e9;
    if (*rc::gen::inRange(0, 2) == 0)
        gear.churn = Distribution::exponential(100);
    return gear;
}

const char* random_startup() {
    static constexpr const char* kStartups[] = {
        R"({"phases": [{"phase": "acquire", "time": {"exponential": {"mean": "3s"}}},
             {"phase": "pull", "image": {"name": "a", "bytes": "10GB"}, "over": ["registry"], "cached": "1s",
              "latency": "500ms", "noise": {"lognormal": {"mean": 1, "cv": 0.3}}},
             {"phase": "weights", "weights": {"name": "m"}, "over": ["registry"], "after": ["acquire"],
              "cached_bandwidth": "4GB/s", "in_memory": "1s"},
             {"phase": "runtime", "time": "9s", "after": ["pull", "weights"]}],
            "snapshot": {"bytes": "12GB", "bandwidth": "5GB/s", "kept_for": {"exponential": {"mean": "2m"}}}})",
        R"([{"phase": "pull", "image": {"name": "b", "bytes": "15GB"}, "over": ["registry"],
             "bandwidth": "300MB/s"},
            {"phase": "weights", "loader": "safetensors", "weights": {"name": "m"}, "over": []}])",
        R"({"phases": [{"phase": "pull", "image": {"name": "a", "bytes": "10GB"}, "bandwidth": "2GB/s"},
             {"phase": "graphs", "time": {"exponential": {"mean": "20s"}}}],
            "snapshot": {"time": "2s", "chance": {"at_once": 0.5, "fade": "1m"}},
            "failure": {"probability": 0.2, "after": {"uniform": {"min": "0s", "max": "40s"}}}})",
    };
    return kStartups[*rc::gen::inRange(0, 3)];
}

struct Told {
    std::vector<std::vector<std::string>> lines;
    std::size_t begun = 0;
    std::size_t left_over = 0;
    bool quiet = true;
    auto operator<=>(const Told&) const = default;
};

struct Plan {
    HostGear gear;
    std::vector<const char*> pools;
    struct Start {
        std::size_t pool;
        std::optional<std::uint32_t> host;
        Duration at;
        std::optional<Duration> cancelled;
        std::uint32_t version;
    };
    std::vector<Start> starts;
};

Plan random_plan() {
    Plan plan{random_gear(), {}, {}};
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i) plan.pools.push_back(random_startup());
    Duration at{0};
    for (int i = *rc::gen::inRange(1, 15); i > 0; --i) {
        at += std::chrono::seconds{std::max(0, *rc::gen::inRange(-20, 60))};
        Plan::Start start{
            static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(plan.pools.size()))),
            {},
            at,
            {},
            static_cast<std::uint32_t>(std::max(0, *rc::gen::inRange(-3, 2)))};
        if (*rc::gen::inRange(0, 5) > 0)
            start.host = static_cast<std::uint32_t>(*rc::gen::inRange(0, 3));
        plan.starts.push_back(start);
    }
    return plan;
}

/// Begins each start, and lets every second one that is ready leave its host again.
Told live_through(const Plan& plan) {
    StartWorld world(plan.gear);
    for (std::size_t pool = 0; pool < plan.pools.size(); ++pool)
        world.add(plan.pools[pool], "pool " + std::to_string(pool));
    Told told;
    for (std::uint32_t id = 0; id < plan.starts.size(); ++id) {
        const Plan::Start& start = plan.starts[id];
        world.begin(start.pool, id, start.host, start.at, start.version);
        if (id % 2 == 1) {
            const std::optional<HostId> host = start.host ? std::optional(HostId{*start.host}) : std::nullopt;
            world.model(start.pool).worker_left(host, start.version, SimTime{start.at});
        }
        ++told.begun;
    }
    world.run();
    for (std::size_t pool = 0; pool < plan.pools.size(); ++pool) {
        told.lines.push_back(world.log(pool).lines());
        told.quiet = told.quiet && !world.model(pool).next_change().has_value();
    }
    told.left_over = world.ground().transfers_under_way();
    return told;
}

}  // namespace

TEST_CASE("every start on hosts with caches and links ends, and leaves no transfer behind",
          "[models][phase_needs][laws]") {
    check_property("as many are ready or failed as began", [] {
        const Told told = live_through(random_plan());
        std::size_t ended = 0;
        for (const auto& lines : told.lines) {
            ended += static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [](const auto& line) {
                return line.find(" ready") != std::string::npos || line.ends_with(" failed");
            }));
        }
        RC_ASSERT(ended == told.begun);
        RC_ASSERT(told.left_over == 0u);
        RC_ASSERT(told.quiet);
    });
}

TEST_CASE("the same starts on the same hosts go the same way", "[models][phase_needs][laws]") {
    check_property("two runs tell the same", [] {
        const Plan plan = random_plan();
        RC_ASSERT(live_through(plan) == live_through(plan));
    });
}

TEST_CASE("critical paths are exact also where hosts keep and links are shared",
          "[models][phase_needs][laws]") {
    check_property("the stretches of the last start run without gaps from its begin to ready", [] {
        const Plan plan = random_plan();
        StartWorld world(plan.gear);
        world.add(plan.pools[0]);
        SimTime begun;
        for (std::uint32_t id = 0; id < plan.starts.size(); ++id) {
            const Plan::Start& start = plan.starts[id];
            begun = SimTime{start.at};
            world.begin(0, 2 * id, start.host, start.at, start.version);
            world.begin(0, 2 * id + 1, 2 - id % 3, start.at);
            if (id % 3 == 0)
                world.cancel(0, 2 * id, start.at);
        }
        world.run();
        RC_ASSERT(world.ground().transfers_under_way() == 0u);
        if (!world.log(0).ready_at())
            return;
        SimTime at{-1s};
        for (const StartStretch& stretch : world.log(0).path()) {
            RC_ASSERT(stretch.end > at);
            at = stretch.end;
        }
        if (!world.log(0).path().empty())
            RC_ASSERT(at == *world.log(0).ready_at());
    });
}

TEST_CASE("a cancelled start frees its bandwidth at once", "[models][phase_needs][laws]") {
    check_property("the other one ends as if its links had been its own from then on", [] {
        StartWorld world;
        world.add(R"([{"phase": "pull", "bytes": "10GB", "over": ["registry"]}])");
        const int shared = *rc::gen::inRange(1, 20);
        world.begin(0, 0, {}, 0s);
        world.begin(0, 1, {}, 0s);
        world.cancel(0, 1, std::chrono::seconds{shared});
        world.run();
        // Half the rate for `shared` seconds: 0.5 GB of each of them is missing at the end.
        RC_ASSERT(*world.log(0).ready_at() == SimTime{10s + std::chrono::milliseconds{500 * shared}});
    });
}
