#include "models/service/checkpoints.hpp"

#include "models/registry.hpp"
#include "tests/fleet/support/mishaps.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;
using namespace spillway::testing;

namespace {

std::unique_ptr<ServiceFactory> job(const char* json) { return make_service(config(json), context()); }

/// One worker in a zone that is out from 100 s to 110 s; a job of 200 s arrives at 0.
FleetSpec job_through_an_outage(std::unique_ptr<ServiceFactory> service) {
    FleetSpec spec = in_one_zone(1000s, fixed(1));
    spec.zones.front().outages = {{SimTime{100s}, 10s}};
    spec.pools.front().on_worker_lost = OnWorkerLost::kRequeue;
    spec.pools.front().service = std::move(service);
    return spec;
}

}  // namespace

TEST_CASE("Saves lie between the stretches of a job, and none after the last", "[models][checkpoints]") {
    const Checkpoints saves{60s, 5s, 8s};
    CHECK(saves.run_time(200s, 0s) == 200s + 3 * 5s);  // 60, 60, 60, 20
    CHECK(saves.run_time(180s, 0s) == 180s + 2 * 5s);
    CHECK(saves.run_time(60s, 0s) == 60s);
    CHECK(saves.run_time(80s, 120s) == 8s + 80s + 5s);
    CHECK(saves.run_time(0s, 0s) == 0s);
}

TEST_CASE("Of a lost job the whole stretches that were saved are kept", "[models][checkpoints]") {
    const Checkpoints saves{60s, 5s, 8s};
    SECTION("the first save is over 65 s after the begin") {
        CHECK(saves.keeps(0s, 64s).work == 0s);
        CHECK(saves.keeps(0s, 64s).redone == 64s);
        CHECK(saves.keeps(0s, 65s).work == 60s);
        CHECK(saves.keeps(0s, 65s).redone == 0s);
    }
    SECTION("one that goes on reads its save first") {
        CHECK(saves.keeps(60s, 5s).work == 60s);
        CHECK(saves.keeps(60s, 5s).redone == 0s);
        CHECK(saves.keeps(60s, 8s + 70s).work == 120s);
        CHECK(saves.keeps(60s, 8s + 70s).redone == 5s);
    }
}

TEST_CASE("A job goes on from its last save on another worker", "[models][checkpoints]") {
    // Worker lost at 100 s: one save is over (65 s), 35 s of work are lost. The zone is back at 110 s, a
    // start takes no time. 140 s are left: 8 s to resume, stretches of 60, 60 and 20 s, two saves: 158 s.
    // Done at 268 s.
    const Run saved(
        job_through_an_outage(job(
            R"({"model": "fixed", "time": "200s", "checkpoint": {"every": "60s", "takes": "5s", "resume": "8s"}})")),
        {request_at(0s, 1s)});
    CHECK(saved.request(0).delivered == SimTime{268s});
    CHECK(saved.part(0, LatencyPart::kLost) == 100s);
    CHECK(saved.part(0, LatencyPart::kDecode) == 158s);
    CHECK(saved.usage().failed_slot_time == 35s);

    const Run begun_again(job_through_an_outage(job(R"({"model": "fixed", "time": "200s"})")),
                          {request_at(0s, 1s)});
    CHECK(begun_again.request(0).delivered == SimTime{310s});
    CHECK(begun_again.usage().failed_slot_time == 100s);
}

TEST_CASE("A pause of nothing between saves is refused", "[models][checkpoints]") {
    CHECK_THROWS_WITH(job(R"({"model": "fixed", "time": "200s", "checkpoint": {"every": "0s"}})"),
                      Catch::Contains("checkpoint.every") && Catch::Contains("must be above 0"));
}
