// Starts that are restored from what an earlier worker left behind.
#include "models/cold_start/snapshots.hpp"

#include <cmath>

#include "tests/models/support/start_world.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

std::string with(const std::string& snapshot) {
    return R"({"phases": [{"phase": "container", "time": "1s"}, {"phase": "runtime", "time": "20s"},
                          {"phase": "weights", "time": "30s"}, {"phase": "graphs", "time": "40s"}],
               "snapshot": )" +
           snapshot + "}";
}

StartWorld world_with(const std::string& snapshot, HostGear gear = {}) {
    StartWorld world(gear);
    world.add(with(snapshot).c_str());
    return world;
}

SimTime at(Duration time) { return SimTime{time}; }

}  // namespace

TEST_CASE("a start on a host with a snapshot spends the restore in place of what it replaces",
          "[models][snapshots]") {
    StartWorld world = world_with(R"({"time": "5s"})");
    world.begin(0, 0, 0, 0s);
    world.run();
    CHECK(world.last(0) == "91s:0 ready container=1s runtime=20s weights=30s graphs=40s");
    world.model(0).worker_left(HostId{0}, 0, at(100s));
    world.begin(0, 1, 0, 200s);
    world.run();
    CHECK(world.last(0) == "206s:1 ready container=1s runtime=5s");
    SECTION("another host has none") {
        world.begin(0, 2, 1, 300s);
        world.run();
        CHECK(world.last(0) == "391s:2 ready container=1s runtime=20s weights=30s graphs=40s");
    }
    SECTION("nor has another version") {
        world.begin(0, 2, 0, 300s, 1);
        world.run();
        CHECK(world.last(0) == "391s:2 ready container=1s runtime=20s weights=30s graphs=40s");
    }
    SECTION("nor the host itself when it was lost") {
        world.model(0).host_lost(HostId{0}, at(250s));
        world.begin(0, 2, 0, 300s);
        world.run();
        CHECK(world.last(0) == "391s:2 ready container=1s runtime=20s weights=30s graphs=40s");
    }
    SECTION("two starts at once are both restored") {
        world.begin(0, 2, 0, 300s);
        world.begin(0, 3, 0, 300s);
        world.run();
        CHECK(world.last(0) == "306s:3 ready container=1s runtime=5s");
    }
}

TEST_CASE("a snapshot replaces the phases that it names", "[models][snapshots]") {
    StartWorld world = world_with(R"({"time": "5s", "replaces": ["container", "graphs"]})");
    world.model(0).worker_left(HostId{0}, 0, at(0s));
    world.begin(0, 0, 0, 10s);
    world.run();
    CHECK(world.last(0) == "65s:0 ready container=5s runtime=20s weights=30s");
}

TEST_CASE("of parallel branches, each that begins with a replaced phase takes the restore",
          "[models][snapshots]") {
    StartWorld world;
    world.add(
        R"({"phases": [{"phase": "runtime", "time": "20s"}, {"phase": "weights", "time": "30s", "after": []},
                             {"phase": "warm-up", "time": "7s", "after": ["runtime", "weights"]}],
                  "snapshot": {"time": "5s"}})");
    world.model(0).worker_left(HostId{0}, 0, at(0s));
    world.begin(0, 0, 0, 10s);
    world.run();
    CHECK(world.last(0) == "15s:0 ready runtime=5s");
}

TEST_CASE("a snapshot can be used once it is taken and until it has aged", "[models][snapshots]") {
    StartWorld world = world_with(R"({"time": "5s", "taken_in": "60s", "kept_for": "10m"})");
    world.model(0).worker_left(HostId{0}, 0, at(0s));
    world.begin(0, 0, 0, 59s);
    world.run();
    CHECK(world.last(0) == "150s:0 ready container=1s runtime=20s weights=30s graphs=40s");
    // Kept until 60 s + 600 s; used at 600 s, until 1200 s.
    world.begin(0, 1, 0, 600s);
    world.run();
    CHECK(world.last(0) == "606s:1 ready container=1s runtime=5s");
    world.begin(0, 2, 0, 1199s);
    world.run();
    CHECK(world.last(0) == "1205s:2 ready container=1s runtime=5s");
    world.begin(0, 3, 0, 1800s);
    world.run();
    CHECK(world.last(0) == "1891s:3 ready container=1s runtime=20s weights=30s graphs=40s");
}

TEST_CASE("a snapshot of a size takes room in the weight cache", "[models][snapshots]") {
    HostGear gear;
    SECTION("without such a cache none is kept") {
        StartWorld world = world_with(R"({"bytes": "20GB", "bandwidth": "4GB/s"})", gear);
        world.model(0).worker_left(HostId{0}, 0, at(0s));
        CHECK(world.model(0).warmth(HostId{0}, 0, at(1s)) == 0);
    }
    SECTION("with one, it is read from there") {
        gear.weight_cache = 30'000'000'000;
        StartWorld world = world_with(R"({"bytes": "20GB", "bandwidth": "4GB/s"})", gear);
        world.model(0).worker_left(HostId{0}, 0, at(0s));
        world.begin(0, 0, 0, 10s);
        world.run();
        CHECK(world.last(0) == "16s:0 ready container=1s runtime=5s");
        SECTION("until something else takes its place") {
            world.add(
                R"([{"phase": "weights", "weights": {"name": "big", "bytes": "25GB"}, "bandwidth": "1GB/s"}])",
                "other");
            world.begin(1, 0, 0, 20s);
            world.run();
            CHECK(world.model(0).warmth(HostId{0}, 0, at(60s)) == 0);
        }
    }
}

TEST_CASE("where hosts are not known, a stated chance decides", "[models][snapshots]") {
    const std::string restored = "ready container=1s runtime=5s";
    SECTION("before any worker left there is nothing to restore") {
        StartWorld world = world_with(R"({"time": "5s", "chance": {}})");
        world.begin(0, 0, {}, 0s);
        world.run();
        CHECK_FALSE(world.last(0).ends_with(restored));
    }
    SECTION("each worker that left serves one start") {
        StartWorld world = world_with(R"({"time": "5s", "chance": {}})");
        world.model(0).worker_left({}, 0, at(0s));
        world.begin(0, 0, {}, 10s);
        world.run();
        CHECK(world.last(0).ends_with(restored));
        world.begin(0, 1, {}, 100s);
        world.run();
        CHECK_FALSE(world.last(0).ends_with(restored));
    }
    SECTION("or any number, where every host can reach it") {
        StartWorld world = world_with(R"({"time": "5s", "chance": {"serves": "all"}})");
        world.model(0).worker_left({}, 0, at(0s));
        for (std::uint32_t id = 0; id < 3; ++id) {
            world.begin(0, id, {}, std::chrono::seconds{100 * (id + 1)});
            world.run();
            CHECK(world.last(0).ends_with(restored));
        }
    }
    SECTION("a chance of 0 never does") {
        StartWorld world = world_with(R"({"time": "5s", "chance": {"at_once": 0, "serves": "all"}})");
        world.model(0).worker_left({}, 0, at(0s));
        world.begin(0, 0, {}, 10s);
        world.run();
        CHECK_FALSE(world.last(0).ends_with(restored));
    }
}

TEST_CASE("the chance falls by e in the time of its fade", "[models][snapshots]") {
    // P = 0.8 exp(-1) = 0.2943. Of 10,000 starts the share's standard deviation is 0.0046; 5 of them: a false
    // alarm in under 1e-6 of seeds, and the seed is fixed.
    ModelContext own = context();
    own.ground = std::make_shared<StartGround>();
    SnapshotSpec spec{PhaseTime::law(Distribution::constant(1))};
    spec.chance = SnapshotChance{0.8, 100s, true};
    Snapshots snapshots(spec, own.ground, 1, own);
    snapshots.worker_left({}, 0, at(0s));
    int restored = 0;
    for (std::uint32_t nth = 0; nth < 10'000; ++nth)
        restored += snapshots.serves({StartId{0}, nth, false, {}}, at(100s)) ? 1 : 0;
    CHECK(restored / 1e4 == Approx(0.8 * std::exp(-1)).margin(0.023));
}

TEST_CASE("the next version of a pool may have snapshots of another size", "[models][snapshots]") {
    HostGear gear;
    gear.weight_cache = 50'000'000'000;
    StartWorld world = world_with(R"({"bytes": "20GB", "bandwidth": "4GB/s"})", gear);
    world.add(with(R"({"bytes": "24GB", "bandwidth": "4GB/s"})").c_str());
    world.model(0).worker_left(HostId{0}, 0, at(0s));
    world.model(1).worker_left(HostId{0}, 1, at(0s));
    world.begin(0, 0, 0, 10s, 0);
    world.run();
    CHECK(world.last(0) == "16s:0 ready container=1s runtime=5s");
    world.begin(1, 0, 0, 20s, 1);
    world.run();
    CHECK(world.last(1) == "27s:0 ready container=1s runtime=6s");
}

TEST_CASE("a snapshot that cannot be is refused with its place", "[models][snapshots][errors]") {
    const auto reject = [](const char* snapshot, const char* place, const char* problem) {
        require_input_error([&] { make_startup(config(with(snapshot)), context()); }, place, problem);
    };
    reject(R"({})", "test.snapshot", "needs a time");
    reject(R"({"time": "5s", "bandwidth": "1GB/s"})", "test.snapshot.bandwidth", "does not go with");
    reject(R"({"bandwidth": "1GB/s"})", "test.snapshot", "how much");
    reject(R"({"time": "5s", "replaces": []})", "test.snapshot", "replaces no phase");
    reject(R"({"time": "5s", "replaces": ["wights"]})", "test.snapshot", "unknown phase \"wights\"");
    reject(R"({"time": "5s", "chance": {"fade": "0s"}})", "test.snapshot.chance.fade", "above 0");
    reject(R"({"bytes": "1GB", "over": ["s3"]})", "test.snapshot.over[0]", "no link \"s3\"");
}
