// Starts that find, or do not find, what they need on their host. The registry carries 1 GB/s.
#include "tests/models/support/start_world.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::int64_t kGigabyte = 1'000'000'000;

// 10 s from the registry, 1 s from the host's disk.
constexpr const char* kPull = R"([{"phase": "pull", "image": {"name": "vllm", "bytes": "10GB"},
                                   "over": ["registry"], "cached": "1s"}])";
constexpr const char* kOther = R"([{"phase": "pull", "image": {"name": "sglang", "bytes": "10GB"},
                                    "over": ["registry"], "cached": "1s"}])";
// 16 s from the registry, 4 s from disk, 1 s from memory.
constexpr const char* kLoad = R"([{"phase": "weights", "weights": {"name": "llama"}, "over": ["registry"],
                                   "cached_bandwidth": "4GB/s", "memory_bandwidth": "16GB/s"}])";

HostGear images(std::int64_t gigabytes) {
    HostGear gear;
    gear.image_cache = gigabytes * kGigabyte;
    return gear;
}

HostGear weights(std::int64_t disk, std::int64_t memory) {
    HostGear gear;
    gear.weight_cache = disk * kGigabyte;
    if (memory > 0)
        gear.memory_cache = memory * kGigabyte;
    return gear;
}

}  // namespace

TEST_CASE("an image that a host pulled is there for its next start", "[models][phase_needs]") {
    StartWorld world(images(20));
    world.add(kPull);
    world.begin(0, 0, 0, 0s);
    world.run();
    CHECK(world.last(0) == "10s:0 ready pull=10s");
    world.begin(0, 1, 0, 20s);
    world.run();
    CHECK(world.last(0) == "21s:1 ready pull=1s");
    world.begin(0, 2, 1, 30s);
    world.run();
    CHECK(world.last(0) == "40s:2 ready pull=10s");
}

TEST_CASE("a host without a cache, and one that is not known, keep nothing", "[models][phase_needs]") {
    StartWorld world;
    world.add(kPull);
    world.begin(0, 0, 0, 0s);
    world.begin(0, 1, 0, 20s);
    world.run();
    CHECK(world.last(0) == "30s:1 ready pull=10s");
    world.begin(0, 2, {}, 40s);
    world.begin(0, 3, {}, 60s);
    world.run();
    CHECK(world.last(0) == "70s:3 ready pull=10s");
}

TEST_CASE("pools share what they name alike and compete for the room", "[models][phase_needs]") {
    SECTION("the same image") {
        StartWorld world(images(20));
        world.add(kPull, "one");
        world.add(kPull, "two");
        world.begin(0, 0, 0, 0s);
        world.begin(1, 0, 0, 20s);
        world.run();
        CHECK(world.last(1) == "21s:0 ready pull=1s");
    }
    SECTION("images that do not fit together") {
        StartWorld world(images(15));
        world.add(kPull, "one");
        world.add(kOther, "two");
        world.begin(0, 0, 0, 0s);
        world.begin(1, 0, 0, 20s);
        world.begin(0, 1, 0, 40s);
        world.run();
        CHECK(world.last(0) == "50s:1 ready pull=10s");
    }
}

TEST_CASE("weights come from memory, else from disk, else from elsewhere", "[models][phase_needs]") {
    SECTION("both have room") {
        StartWorld world(weights(20, 20));
        world.add(kLoad);
        world.begin(0, 0, 0, 0s);
        world.begin(0, 1, 0, 20s);
        world.run();
        CHECK(world.last(0) == "21s:1 ready weights=1s");
    }
    SECTION("only the disk has") {
        StartWorld world(weights(20, 10));
        world.add(kLoad);
        world.begin(0, 0, 0, 0s);
        world.run();
        CHECK(world.last(0) == "16s:0 ready weights=16s");
        world.begin(0, 1, 0, 20s);
        world.run();
        CHECK(world.last(0) == "24s:1 ready weights=4s");
    }
}

TEST_CASE("pulls of several hosts at once share the registry", "[models][phase_needs]") {
    StartWorld world(images(20));
    world.add(kPull, "one");
    world.add(kOther, "two");
    // 10 GB from 0, and 10 GB from 4 s: the first has 6 GB left, which take 12 s at half the rate, until 16
    // s; the second has then moved 6 and needs 4 s more.
    world.begin(0, 0, 0, 0s);
    world.begin(1, 0, 1, 4s);
    world.run();
    CHECK(world.last(0) == "16s:0 ready pull=16s");
    CHECK(world.last(1) == "20s:0 ready pull=16s");
}

TEST_CASE("what one start of a host fetches, another of that host does not fetch again",
          "[models][phase_needs]") {
    StartWorld world(images(20));
    world.add(kPull);
    world.begin(0, 0, 0, 0s);
    world.begin(0, 1, 0, 6s);
    SECTION("they wait for the same transfer") {
        CHECK(world.ground().transfers_under_way() == 1);
        world.run();
        CHECK(world.last(0) == "10s:1 ready pull=4s");
    }
    SECTION("which goes on when the one that began it is cancelled") {
        world.cancel(0, 0, 8s);
        world.run();
        CHECK(world.last(0) == "10s:1 ready pull=4s");
    }
    SECTION("and ends with the last of them") {
        world.cancel(0, 0, 8s);
        world.cancel(0, 1, 9s);
        CHECK(world.ground().transfers_under_way() == 0);
        world.begin(0, 2, 0, 20s);
        world.run();
        CHECK(world.last(0) == "30s:2 ready pull=10s");
    }
}

TEST_CASE("a cancelled start frees its share of the link", "[models][phase_needs]") {
    StartWorld world;
    world.add(kPull);
    world.begin(0, 0, 0, 0s);
    world.begin(0, 1, 1, 0s);
    // At 0.5 GB/s the second has 5 GB left at 10 s.
    world.cancel(0, 0, 10s);
    world.run();
    CHECK(world.last(0) == "15s:1 ready pull=15s");
}

TEST_CASE("a host's NIC holds its own transfers alone", "[models][phase_needs]") {
    HostGear gear;
    gear.nic = 2.5e8;
    StartWorld world(gear);
    world.add(kPull, "one");
    world.add(kOther, "two");
    // Both on host 0: 0.125 GB/s each, 80 s.
    world.begin(0, 0, 0, 0s);
    world.begin(1, 0, 0, 0s);
    world.run();
    CHECK(world.last(0) == "80s:0 ready pull=80s");
    // On two hosts: 0.25 GB/s each.
    world.begin(0, 1, 1, 100s);
    world.begin(1, 1, 2, 100s);
    world.run();
    CHECK(world.last(0) == "140s:1 ready pull=40s");
}

TEST_CASE("reads of one disk share it", "[models][phase_needs]") {
    HostGear gear = weights(40, 0);
    gear.disk = 4e9;
    StartWorld world(gear);
    world.add(kLoad);
    world.begin(0, 0, 0, 0s);
    // 16 GB each at 2 GB/s.
    world.begin(0, 1, 0, 20s);
    world.begin(0, 2, 0, 20s);
    world.run();
    CHECK(world.last(0) == "28s:2 ready weights=8s");
}

TEST_CASE("a new version finds the weights of the old one, and not its image", "[models][phase_needs]") {
    HostGear gear = weights(20, 20);
    gear.image_cache = 40 * kGigabyte;
    StartWorld world(gear);
    world.add(R"([{"phase": "pull", "image": {"name": "vllm", "bytes": "10GB"}, "over": ["registry"]},
                  {"phase": "weights", "weights": {"name": "llama"}, "over": ["registry"],
                   "memory_bandwidth": "16GB/s"}])");
    world.begin(0, 0, 0, 0s);
    world.begin(0, 1, 0, 40s, 1);
    world.run();
    CHECK(world.last(0) == "51s:1 ready pull=10s weights=1s");
    world.begin(0, 2, 0, 60s, 1);
    world.run();
    CHECK(world.last(0) == "61s:2 ready weights=1s");
}

TEST_CASE("what an earlier phase of a start brought is at hand for a later one", "[models][phase_needs]") {
    StartWorld world;
    world.add(R"([{"phase": "pull", "weights": {"name": "llama"}, "over": ["registry"]},
                  {"phase": "weights", "weights": {"name": "llama"}, "over": ["registry"], "cached": "5s"}])");
    world.begin(0, 0, {}, 0s);
    world.run();
    CHECK(world.last(0) == "21s:0 ready pull=16s weights=5s");
}

TEST_CASE("the noise of a transfer multiplies its bytes", "[models][phase_needs]") {
    StartWorld world;
    world.add(R"([{"phase": "pull", "bytes": "10GB", "over": ["registry"],
                   "noise": {"empirical": [0.5, 1.5]}, "latency": "2s"}])");
    for (std::uint32_t id = 0; id < 8; ++id) world.begin(0, id, {}, std::chrono::seconds{100 * id});
    world.run();
    for (const std::string& line : world.log(0).lines())
        CHECK(
            (line.ends_with(" pull") || line.ends_with("ready pull=7s") || line.ends_with("ready pull=17s")));
}

TEST_CASE("the warmer host is the one that spares more", "[models][phase_needs]") {
    HostGear gear = weights(20, 20);
    gear.image_cache = 20 * kGigabyte;
    StartWorld world(gear);
    world.add(R"({"phases": [
        {"phase": "pull", "image": {"name": "vllm", "bytes": "10GB"}, "over": ["registry"]},
        {"phase": "weights", "weights": {"name": "llama"}, "over": ["registry"]}],
        "snapshot": {"time": "1s"}})");
    world.add(kPull, "image alone");
    const auto warmth = [&](std::uint32_t host) { return world.model(0).warmth({host}, 0, SimTime{100s}); };
    world.begin(1, 0, 1, 0s);
    world.begin(0, 0, 0, 20s);
    world.run();
    CHECK(warmth(2) == 0);
    CHECK(warmth(1) > warmth(2));
    CHECK(warmth(0) > warmth(1));
    const int loaded = warmth(0);
    world.model(0).worker_left(HostId{0}, 0, SimTime{90s});
    CHECK(warmth(0) > loaded);
    CHECK(world.model(0).warmth({0}, 1, SimTime{100s}) < loaded);
}

TEST_CASE("a host that failed comes back empty", "[models][phase_needs]") {
    StartWorld world(images(20));
    world.add(kPull);
    world.begin(0, 0, 0, 0s);
    world.run();
    world.model(0).host_lost(HostId{0}, SimTime{15s});
    world.begin(0, 1, 0, 20s);
    world.run();
    CHECK(world.last(0) == "30s:1 ready pull=10s");
}

TEST_CASE("what others' use evicts is gone after that time unused", "[models][phase_needs]") {
    HostGear gear = images(20);
    gear.churn = Distribution::constant(60);
    StartWorld world(gear);
    world.add(kPull);
    world.begin(0, 0, 0, 0s);
    // Used at 10 s and at 60 s (61 s when it is over), each time for another minute.
    world.begin(0, 1, 0, 60s);
    world.run();
    CHECK(world.last(0) == "61s:1 ready pull=1s");
    world.begin(0, 2, 0, 122s);
    world.run();
    CHECK(world.last(0) == "132s:2 ready pull=10s");
}

TEST_CASE("starts that share nothing do not ask for others' timers", "[models][phase_needs]") {
    StartWorld world;
    world.add(R"([{"phase": "pull", "bytes": "10GB", "bandwidth": "1GB/s"}])");
    world.add(kPull, "other");
    CHECK_FALSE(world.model(0).shares_links());
    CHECK(world.model(1).shares_links());
}

TEST_CASE("a start that fails lets go of what it holds", "[models][phase_needs]") {
    StartWorld world(images(20));
    world.add(R"({"phases": [{"phase": "pull", "image": {"name": "vllm", "bytes": "10GB"},
                              "over": ["registry"]}], "failure": {"probability": 1, "after": "4s"}})");
    world.begin(0, 0, 0, 0s);
    world.run();
    CHECK(world.last(0) == "4s:0 failed");
    CHECK(world.ground().transfers_under_way() == 0);
    CHECK_FALSE(world.model(0).next_change().has_value());
}

TEST_CASE("a worker that was there from the beginning leaves what it ran with on its host",
          "[models][phase_needs]") {
    StartWorld world(images(20));
    world.add(kPull);
    world.model(0).worker_left(HostId{0}, 0, SimTime{0s});
    world.begin(0, 0, 0, 10s);
    world.run();
    CHECK(world.last(0) == "11s:0 ready pull=1s");
}
