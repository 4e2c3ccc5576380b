#include "sim/fleet/worker_index.hpp"

#include <algorithm>

#include "tests/support/rapidcheck.hpp"

using namespace spillway;

namespace {

/// `count` workers, added to the index with nothing on them.
struct Rig {
    Rig(std::uint32_t count, int concurrency, WorkerIndex::Choose choose = WorkerIndex::Choose::kWithRoom)
        : index(workers, concurrency, choose, WorkerIndex::ByNumber::kYes) {
        for (std::uint32_t i = 0; i < count; ++i) index.add(workers.allocate());
    }
    void load(std::uint32_t worker, int requests) {
        const int before = WorkerIndex::load_of(workers[worker]);
        workers[worker].in_flight = requests;
        index.reload(worker, before, requests);
    }

    WorkerTable workers;
    WorkerIndex index;
};

}  // namespace

TEST_CASE("the warmest worker is the fullest with room, then the last used idle one",
          "[fleet][worker_index]") {
    Rig rig(4, 3);
    CHECK(rig.index.warmest() == WorkerId{3});  // the last to come
    rig.load(0, 1);
    rig.load(1, 2);
    rig.load(2, 3);
    CHECK(rig.index.warmest() == WorkerId{1});
    rig.load(1, 3);
    CHECK(rig.index.warmest() == WorkerId{0});
    rig.load(0, 3);
    CHECK(rig.index.warmest() == WorkerId{3});
    CHECK(rig.index.count() == 1);
}

TEST_CASE("the least loaded worker is an idle one, else the one with fewest requests",
          "[fleet][worker_index]") {
    Rig rig(3, 9);
    rig.load(0, 4);
    rig.load(1, 2);
    CHECK(rig.index.least_loaded() == WorkerId{2});
    rig.load(2, 3);
    CHECK(rig.index.least_loaded() == WorkerId{1});
    CHECK(rig.index.least_busy() == 1);
}

TEST_CASE("in turn, each worker with room comes once a round", "[fleet][worker_index]") {
    Rig rig(4, 1);
    rig.load(2, 1);
    std::vector<std::uint32_t> turns;
    for (int i = 0; i < 6; ++i) turns.push_back(rig.index.next_in_turn().value);
    CHECK(turns == std::vector<std::uint32_t>{1, 3, 0, 1, 3, 0});
}

TEST_CASE("idle workers expire longest idle first, and the expired are the oldest", "[fleet][worker_index]") {
    Rig rig(3, 1);
    for (const std::uint32_t worker : {1U, 0U, 2U}) {
        rig.load(worker, 1);
        rig.load(worker, 0);
    }
    CHECK(rig.index.next_to_expire() == 1);
    rig.index.expire(1);
    CHECK(rig.index.expired() == 1);
    CHECK(rig.index.next_to_expire() == 0);
    CHECK(rig.index.longest_idle() == 1);
    rig.index.expire(0);
    CHECK(rig.index.longest_idle() == 1);  // it expired first
    CHECK(rig.index.warmest() == WorkerId{2});
    rig.load(1, 1);  // used again: its time-out begins anew
    rig.load(1, 0);
    CHECK(rig.index.expired() == 1);
    CHECK(rig.index.longest_idle() == 0);
    CHECK(rig.index.warmest() == WorkerId{1});
}

TEST_CASE("where requests are pushed, a full worker may be chosen", "[fleet][worker_index]") {
    Rig rig(2, 1, WorkerIndex::Choose::kAnyReady);
    rig.load(0, 3);
    rig.load(1, 2);
    CHECK(rig.index.count() == 2);
    CHECK_FALSE(rig.index.has_room());
    CHECK(rig.index.warmest() == WorkerId{1});  // the shortest queue
}

TEST_CASE("the index agrees with a look at every worker", "[fleet][worker_index]") {
    tests::check_property("against a plain search", [] {
        constexpr int kConcurrency = 3;
        Rig rig(8, kConcurrency);
        const auto changes = *rc::gen::container<std::vector<std::pair<int, int>>>(
            rc::gen::pair(rc::gen::inRange(0, 8), rc::gen::inRange(0, kConcurrency + 1)));
        for (const auto& [worker, load] : changes) {
            if (rig.workers[static_cast<std::uint32_t>(worker)].in_flight != load) {
                rig.load(static_cast<std::uint32_t>(worker), load);
            }
        }
        std::vector<int> loads;
        for (std::uint32_t i = 0; i < 8; ++i) loads.push_back(rig.workers[i].in_flight);
        const auto with = [&](auto holds) {
            return static_cast<int>(std::count_if(loads.begin(), loads.end(), holds));
        };
        RC_ASSERT(rig.index.ready() == 8);
        RC_ASSERT(rig.index.idle() == with([](int load) { return load == 0; }));
        RC_ASSERT(rig.index.busy() == with([](int load) { return load > 0; }));
        RC_ASSERT(rig.index.count() == with([](int load) { return load < kConcurrency; }));
        RC_ASSERT(rig.index.has_room() == (rig.index.count() > 0));
        RC_ASSERT(rig.index.load(rig.index.least_loaded()) == *std::min_element(loads.begin(), loads.end()));
        if (!rig.index.has_room())
            return;
        int fullest = 0;
        for (const int load : loads) fullest = load < kConcurrency ? std::max(fullest, load) : fullest;
        RC_ASSERT(rig.index.load(rig.index.warmest()) == fullest);
        for (int n = 0; n < rig.index.count(); ++n)
            RC_ASSERT(rig.index.load(rig.index.nth(n)) < kConcurrency);
    });
}
