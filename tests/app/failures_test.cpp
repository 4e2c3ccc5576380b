// What a scenario says of failures and rollouts: how it is read, refused, and reported.
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/report/json_report.hpp"
#include "app/report/text_report.hpp"
#include "app/run/run_scenario.hpp"
#include "app/scenario/assemble.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

/// Members of each, after the usual ones.
struct Parts {
    std::string zone{};
    std::string supply{};
    std::string hosts{};
    std::string pool{};
    std::string of_class{};
    std::string scenario{};
};

Scenario read(const Parts& parts, const std::filesystem::path& folder = ".") {
    const std::string hosts =
        parts.hosts.empty() ? ""
                            : fmt::format(R"("hosts": [{{"name": "h", "supply": "s"{}}}],)", parts.hosts);
    const std::string text = fmt::format(
        R"({{"horizon": "10m", "warm_up": "0s", {} "classes": [{{"name": "chat"{}}}],
        "traffic": [{{"source": "poisson", "rate": "0.2/s"}}],
        "zones": [{{"name": "z"{}}}], "supplies": [{{"name": "s", "zone": "z"{}}}],
        "pools": [{{"name": "gpu", "supply": "s", "workers": {{"max": 2}}, "policy": {{"name": "fixed", "workers": 2}},
            "service": {{"model": "fixed", "time": "4s"}},
            "startup": [{{"phase": "weights", "time": "8s"}}]{}}}]{}}})",
        hosts, parts.of_class, parts.zone, parts.supply, parts.pool, parts.scenario);
    return read_scenario(read_config_text(text, "day.json"), folder);
}

void refuses(const Parts& parts, const std::string& where, const std::string& what) {
    INFO(where << ": " << what);
    try {
        assemble(read(parts));
        FAIL("it was read");
    } catch (const InputError& error) {
        CHECK_THAT(error.what(), contains_text(where));
        CHECK_THAT(error.what(), contains_text(what));
    }
}

}  // namespace

TEST_CASE("what a zone goes through is read", "[app][failures]") {
    const Scenario scenario = read({.zone = R"(, "capacity": {"up": {"weibull": {"mean": "4h", "shape": 0.6}},
        "down": "1h"}, "outages": [{"from": "1m", "for": "30s"}], "stock_out": {"probability": "10%"},
        "sweeps": {"rate": "0.5/h", "share": 0.7})"});
    const ZoneSpec& zone = scenario.zones.at(0);
    CHECK(zone.capacity->up.mean() == Approx(4 * 3600));
    CHECK(zone.capacity->down.mean() == 3600);
    CHECK(zone.outages.at(0).from == SimTime{1min});
    CHECK(zone.outages.at(0).length == 30s);
    CHECK(zone.stock_out->probability == 0.1);
    CHECK(zone.stock_out->slot == 30s);
    CHECK(zone.sweeps->rate == Approx(0.5 / 3600));
    CHECK(zone.sweeps->share.mean() == 0.7);
}

TEST_CASE("what supplies, hosts, pools and classes say of failures is read", "[app][failures]") {
    const auto assembly = assemble(read(
        {.supply =
             R"(, "kind": "spot", "interruption": {"notice": "2m", "rate": "0.1/h"}, "launch_interval": "12s")",
         .hosts = R"(, "count": 2, "gpus": 1, "faults": {"rate": "0.001/h"})",
         .pool = R"(, "start_backoff": {"max": "1m", "jitter": 0.1}, "init_timeout": "7m",
             "execution_timeout": "600s", "crash_rate": "0.01/h", "on_worker_lost": "requeue", "max_requeues": 2,
             "queue": {"pending_limit": {}},
             "rate_limit": {"requests": {"base": 1000, "per_worker": 10}, "concurrent": {"base": 200}})",
         .of_class = R"(, "ttl": "24h", "retry": {"on_execution_timeout": false})",
         .scenario = R"(, "rollouts": [{"at": "1m", "pool": "gpu", "surge": 2,
             "startup": [{"phase": "weights", "time": "20s"}]}])"}));
    const SupplySpec& supply = assembly->fleet.supplies.at(0);
    CHECK(supply.spot->notice == 2min);
    CHECK(supply.spot->rate == Approx(0.1 / 3600));
    CHECK(supply.launch_interval == 12s);
    CHECK(assembly->fleet.hosts.at(1).faults->repair.mean() == 3600);
    const PoolSpec& pool = assembly->fleet.pools.at(0);
    CHECK(pool.start_backoff.factor == 2);
    CHECK(pool.start_backoff.max == 1min);
    CHECK(pool.init_timeout == 7min);
    CHECK(pool.execution_timeout == 10min);
    CHECK(pool.crash_rate == Approx(0.01 / 3600));
    CHECK(pool.on_worker_lost == OnWorkerLost::kRequeue);
    CHECK(pool.max_requeues == 2);
    CHECK(pool.queue.max_wait == 28s);  // 3.5 x 8 s
    CHECK(pool.queue.late_is_refused);
    CHECK(pool.rate_limit.per_window->per_worker == 10);
    CHECK(pool.rate_limit.window == 10s);
    CHECK(pool.rate_limit.concurrent->base == 200);
    CHECK(assembly->fleet.classes.at(0).ttl == 24h);
    CHECK_FALSE(assembly->fleet.classes.at(0).retry.on_execution_timeout);
    CHECK(assembly->fleet.rollouts.at(0).surge == 2);
    CHECK(assembly->fleet.rollouts.at(0).startup->mean_seconds() == 20);
}

TEST_CASE("a pending limit is never below its constant", "[app][failures]") {
    const auto assembly = assemble(read({.pool = R"(, "queue": {"pending_limit": {"start_factor": 1}})"}));
    CHECK(assembly->fleet.pools.at(0).queue.max_wait == 10s);
}

TEST_CASE("a trace of availability is read, one row a change", "[app][failures]") {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "spillway_availability";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "zone.csv") << "time,available\n0,16\n60.5,0\n120,3\n";
    std::ofstream(folder / "back.csv") << "time,available\n10,1\n5,0\n";
    std::ofstream(folder / "words.csv") << "time,available\n10,yes\n";
    const Scenario scenario = read({.zone = R"(, "availability": "zone.csv")"}, folder);
    REQUIRE(scenario.zones.at(0).replay.size() == 3);
    CHECK(scenario.zones.at(0).replay[1].at == SimTime{60500ms});
    CHECK_FALSE(scenario.zones.at(0).replay[1].available);
    CHECK_THROWS_WITH(read({.zone = R"(, "availability": "back.csv")"}, folder),
                      contains_text("back.csv:3: times must ascend"));
    CHECK_THROWS_WITH(read({.zone = R"(, "availability": "words.csv")"}, folder),
                      contains_text("words.csv:2"));
    CHECK_THROWS_WITH(read({.zone = R"(, "availability": "none.csv")"}, folder), contains_text("none.csv"));
    std::filesystem::remove_all(folder);
}

TEST_CASE("what cannot be is refused with its place", "[app][failures]") {
    refuses({.zone = R"(, "capacity": {"up": "1h", "down": "0s"})"}, "zones[0].capacity.down", "above 0");
    refuses({.zone = R"(, "capacity": {"up": "1h", "down": "1h"}, "availability": "a.csv")"},
            "zones[0].availability", "beside \"capacity\"");
    refuses({.zone = R"(, "outages": [{"from": "1h", "for": "0s"}])"}, "zones[0].outages[0].for", "above 0");
    refuses({.zone = R"(, "stock_out": {"probability": 1.5})"}, "zones[0].stock_out.probability", "1.5");
    refuses({.zone = R"(, "stock_out": {"probability": 0.5, "slot": "1ms"})"}, "zones[0].stock_out.slot",
            "a second");
    refuses({.zone = R"(, "sweeps": {"rate": "5000/h", "share": 1})"}, "zones[0].sweeps.rate", "1/s");
    refuses({.zone = R"(, "sweeps": {"rate": "1/h", "share": 2})"}, "zones[0].sweeps.share", "0 to 1");
    refuses({.supply = R"(, "interruption": {})"}, "supplies[0].interruption", "spot supplies alone");
    refuses({.pool = R"(, "init_timeout": "0s")"}, "pools[0].init_timeout", "above 0");
    refuses({.pool = R"(, "execution_timeout": "0s")"}, "pools[0].execution_timeout", "above 0");
    refuses({.pool = R"(, "start_backoff": {"factor": 0.5})"}, "pools[0].start_backoff.factor", "1 or more");
    refuses({.pool = R"(, "start_backoff": {"max": "1s"})"}, "pools[0].start_backoff.max", "start_retry");
    refuses({.pool = R"(, "queue": {"max_wait": "1m", "pending_limit": {}})"}, "pools[0].queue.pending_limit",
            "beside \"max_wait\"");
    refuses({.pool = R"(, "rate_limit": {"requests": {"base": 0}})"}, "pools[0].rate_limit.requests.base",
            "above 0");
    refuses({.pool = R"(, "rate_limit": {"concurrent": {"base": 1, "per_worker": -1}})"},
            "pools[0].rate_limit.concurrent.per_worker", "0 or more");
    refuses({.of_class = R"(, "ttl": "0s")"}, "classes[0].ttl", "above 0");
    refuses({.scenario = R"(, "rollouts": [{"at": "1m", "pool": "gpus"}])"}, "rollouts[0].pool", "gpu");
    refuses({.scenario = R"(, "rollouts": [{"at": "1m", "pool": "gpu", "surge": 0}])"}, "rollouts[0]",
            "both 0");
}

TEST_CASE("a report counts what went wrong", "[app][failures]") {
    const RunResult result =
        run_scenario(read({.zone = R"(, "outages": [{"from": "5m", "for": "1m"}])",
                           .pool = R"(, "on_worker_lost": "requeue")",
                           .scenario = R"(, "rollouts": [{"at": "8m", "pool": "gpu"}])"}));
    CHECK(result.pools.at(0).usage.lost_workers[Setback::kOutage] == 2);
    const std::uint64_t caught = result.summary.all.requests.setbacks[Setback::kOutage];
    CHECK(caught > 0);
    CHECK(result.summary.all.requests.requeues == caught);
    const std::string text = text_report(result);
    CHECK_THAT(text, contains_text("gpu: 2 workers lost in an outage"));
    CHECK_THAT(text, contains_text("gpu: 2 workers replaced by a new version"));
    CHECK_THAT(text, contains_text("went back to a queue"));
    const std::string json = json_report(result);
    CHECK_THAT(json, contains_text("\"lost_workers\""));
    CHECK_THAT(json, contains_text("\"outdated_workers\": 2"));
    CHECK_THAT(json, contains_text("\"setbacks\""));
}

}  // namespace spillway::tests
