// A new version takes over: surge, unavailable workers, what the old ones finish.
#include "tests/fleet/support/mishaps.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

FleetSpec rolling(int workers, int surge, int max_unavailable) {
    FleetSpec spec = one_pool(fixed(workers), workers);
    spec.horizon = SimTime{200s};
    spec.pools.front().startup = startup({{StartPhase::kWeights, 10s}});
    RolloutSpec& rollout = spec.rollouts.emplace_back();
    rollout.at = SimTime{100s};
    rollout.surge = surge;
    rollout.max_unavailable = max_unavailable;
    return spec;
}

}  // namespace

// New workers start at 100, 110 and 120 s; at 110, 120 and 130 s an old one goes.
TEST_CASE("with a surge of one the workers are replaced one after the other", "[fleet][rollout]") {
    const Run run(rolling(3, 1, 0), {});
    CHECK(run.usage().outdated_workers == 3);
    CHECK(run.in_state(WorkerState::kStarting) == 30s);
    CHECK(run.in_state(WorkerState::kIdle) == 600s);
    CHECK(run.usage().starts == 3 + 0);
}

TEST_CASE("with a surge of all, all start at once", "[fleet][rollout]") {
    const Run run(rolling(3, 3, 0), {});
    CHECK(run.in_state(WorkerState::kStarting) == 30s);
    CHECK(run.in_state(WorkerState::kIdle) == 600s);
    CHECK(run.usage().time_at_workers.at(3) == 200s);
}

// An old one goes at 100, 110 and 120 s, and each time a new one starts: two are ready for 30 s.
TEST_CASE("without a surge a worker may be missing while its successor starts", "[fleet][rollout]") {
    const Run run(rolling(3, 0, 1), {});
    CHECK(run.usage().outdated_workers == 3);
    CHECK(run.in_state(WorkerState::kIdle) == 600s - 30s);
    CHECK(run.usage().time_at_workers.at(2) == 30s);
    CHECK(run.usage().time_at_workers.at(3) == 170s);
}

// Busy from 90 s to 140 s on the old worker, which is outdated from 110 s on; the request at 120 s is the new
// one's. Both are there, and paid for, from 110 s to 140 s.
TEST_CASE("an outdated worker finishes what it has and takes nothing new", "[fleet][rollout]") {
    const Run run(rolling(1, 1, 0), {request_at(90s, 50s), request_at(120s, 5s)});
    CHECK(run.total(0) == 50s);
    CHECK(run.total(1) == 5s);
    CHECK(run.in_state(WorkerState::kDraining) == 30s);
    CHECK(run.in_state(WorkerState::kBusy) == 20s + 5s);
    CHECK(run.in_state(WorkerState::kIdle) == 90s + 90s - 5s);
}

TEST_CASE("a start of the old version is begun anew with the new one's model and number",
          "[fleet][rollout]") {
    NotedStartup::Notes before;
    NotedStartup::Notes after;
    FleetSpec spec = rolling(0, 1, 0);
    spec.pools.front().max_workers = 1;
    spec.pools.front().scale = scheduled({{0s, 0}, {95s, 1}});
    spec.pools.front().startup = std::make_unique<NotedStartup>(Phases{{StartPhase::kWeights, 10s}}, before);
    spec.rollouts.front().startup = std::make_unique<NotedStartup>(Phases{{StartPhase::kPull, 20s}}, after);
    const Run run(std::move(spec), {});
    CHECK(before.versions == std::vector<std::uint32_t>{0});
    CHECK(after.versions == std::vector<std::uint32_t>{1});
    CHECK(run.usage().cancelled_starts == 1);
    CHECK(run.in_state(WorkerState::kStarting) == 5s);
    CHECK(run.in_state(WorkerState::kPulling) == 20s);
    CHECK(run.in_state(WorkerState::kIdle) == 80s);
}

TEST_CASE("a pool without workers has nothing to replace and starts the new version next",
          "[fleet][rollout]") {
    NotedStartup::Notes notes;
    FleetSpec spec = rolling(0, 1, 0);
    spec.pools.front().max_workers = 1;
    spec.pools.front().scale = scheduled({{0s, 0}, {150s, 1}});
    spec.pools.front().startup = std::make_unique<NotedStartup>(Phases{}, notes);
    const Run run(std::move(spec), {});
    CHECK(run.usage().outdated_workers == 0);
    CHECK(notes.versions == std::vector<std::uint32_t>{1});
}

// The policy goes from three to one at 105 s, while the first new worker starts.
TEST_CASE("a policy may shrink a pool in the midst of a rollout", "[fleet][rollout]") {
    FleetSpec spec = rolling(3, 1, 0);
    spec.pools.front().scale = scheduled({{0s, 3}, {105s, 1}});
    const Run run(std::move(spec), {});
    int left = 0;
    for (const WorkerLife& life : run.log.lives) left += life.end == LifeEnd::kRunning ? 1 : 0;
    CHECK(left == 1);
    CHECK(run.usage().time_at_workers.at(1) >= 89s);
    CHECK(run.usage().time_at_workers.at(0) == 0s);
}

TEST_CASE("a policy sees all workers, and its target leaves out what a rollout has in excess",
          "[fleet][rollout]") {
    FleetSpec spec = rolling(2, 1, 0);
    Diary diary;
    Wakes wakes;
    wakes.live = true;
    wakes.tick = 1s;
    spec.pools.front().scale = noted(wakes, diary, [](const PoolView& view, Trigger why) {
        return why == Trigger::kStart ? 2 : view.present();
    });
    const Run run(std::move(spec), {});
    bool seen = false;
    for (const PoolView& view : diary.views) {
        seen |= view.starting + view.ready() == 3 && view.surplus == 1;
        CHECK((view.present() == 2 || view.now == SimTime{}));
    }
    CHECK(seen);
    CHECK(run.usage().outdated_workers == 2);
}
