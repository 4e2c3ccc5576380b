#include <algorithm>
#include <map>
#include <vector>

#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

/// Workers 0, 1, 2, ... with the given loads; the answers to the route's questions are told apart by number.
class FakeChoices final : public WorkerChoices {
public:
    explicit FakeChoices(std::vector<int> loads) : loads_(std::move(loads)) {}

    int count() const override { return static_cast<int>(loads_.size()); }
    WorkerId warmest() const override { return {100}; }
    WorkerId least_loaded() const override { return {200}; }
    WorkerId next_in_turn() override { return {300 + turn_++}; }
    WorkerId nth(int n) const override { return {static_cast<std::uint32_t>(n)}; }
    int load(WorkerId worker) const override { return loads_.at(worker.value); }
    std::optional<EngineView> engine(WorkerId, const RequestView&) const override { return std::nullopt; }

private:
    std::vector<int> loads_;
    std::uint32_t turn_ = 0;
};

std::unique_ptr<WorkerRoute> worker_route(std::string_view name) {
    return make_worker_route(config('"' + std::string(name) + '"'), TestFleet{}.context());
}

RandomStream luck_of(std::uint64_t origin) { return {StreamKey(RunSeed{}, "route"), origin}; }

}  // namespace

TEST_CASE("warm-first, least-loaded and round-robin each ask their question", "[policies][routes]") {
    FakeChoices choices({0, 0});
    RandomStream luck = luck_of(1);
    CHECK(worker_route("warm-first")->pick(RequestView{}, choices, luck) == WorkerId{100});
    CHECK(worker_route("least-loaded")->pick(RequestView{}, choices, luck) == WorkerId{200});
    const auto in_turn = worker_route("round-robin");
    CHECK(in_turn->pick(RequestView{}, choices, luck) == WorkerId{300});
    CHECK(in_turn->pick(RequestView{}, choices, luck) == WorkerId{301});
}

TEST_CASE("two-choices never takes the fullest of all workers", "[policies][routes]") {
    FakeChoices choices({5, 9, 5, 5});
    const auto route = worker_route("two-choices");
    for (std::uint64_t origin = 0; origin < 1000; ++origin) {
        RandomStream luck = luck_of(origin);
        REQUIRE(route->pick(RequestView{}, choices, luck) != WorkerId{1});
    }
}

TEST_CASE("two-choices compares two different workers, each pair equally often", "[policies][routes]") {
    // With loads 0 < 1 < 2 < 3, worker n wins against the 3 - n fuller ones: in 3, 2, 1 and 0 of the 6 pairs.
    FakeChoices choices({0, 1, 2, 3});
    const auto route = worker_route("two-choices");
    std::map<std::uint32_t, int> wins;
    constexpr int kDraws = 60'000;
    for (std::uint64_t origin = 0; origin < kDraws; ++origin) {
        RandomStream luck = luck_of(origin);
        ++wins[route->pick(RequestView{}, choices, luck).value];
    }
    // Five standard deviations of a binomial: a false alarm in 2 million, and the seed is fixed.
    CHECK(wins[0] == Approx(30'000).margin(5 * 122));
    CHECK(wins[1] == Approx(20'000).margin(5 * 115));
    CHECK(wins[2] == Approx(10'000).margin(5 * 91));
    CHECK(wins[3] == 0);
}

TEST_CASE("two-choices takes the only worker, and the same one for the same request", "[policies][routes]") {
    const auto route = worker_route("two-choices");
    FakeChoices one({7});
    RandomStream any = luck_of(3);
    CHECK(route->pick(RequestView{}, one, any) == WorkerId{0});
    FakeChoices many(std::vector<int>(50, 1));
    RandomStream first = luck_of(8);
    RandomStream again = luck_of(8);
    CHECK(route->pick(RequestView{}, many, first) == route->pick(RequestView{}, many, again));
}

TEST_CASE("session-affinity keeps a session on its worker while others come and go", "[policies][routes]") {
    const auto route = worker_route("session-affinity");
    FakeChoices four({0, 0, 0, 0});
    FakeChoices five({0, 0, 0, 0, 0});
    RandomStream luck = luck_of(1);
    std::map<std::uint32_t, int> sessions;
    int moved = 0;
    for (std::uint64_t session = 1; session <= 4000; ++session) {
        RequestView request{};
        request.session = session;
        const WorkerId worker = route->pick(request, four, luck);
        REQUIRE(route->pick(request, four, luck) == worker);
        const WorkerId then = route->pick(request, five, luck);
        if (then != worker) {
            ++moved;
            REQUIRE(then == WorkerId{4});  // to the new one, or not at all
        }
        ++sessions[worker.value];
    }
    // Binomials, five standard deviations.
    for (std::uint32_t worker = 0; worker < 4; ++worker)
        CHECK(sessions[worker] == Approx(1000).margin(5 * 28));
    CHECK(moved == Approx(800).margin(5 * 26));
}

TEST_CASE("session-affinity passes over a worker that is overloaded", "[policies][routes]") {
    const auto route = worker_route("session-affinity");
    RandomStream luck = luck_of(1);
    for (std::uint64_t session = 1; session <= 100; ++session) {
        RequestView request{};
        request.session = session;
        // 9 + 3 + 1 requests over four workers, times 1.25: none may have more than 5.
        FakeChoices busy({9, 1, 1, 1});
        REQUIRE(route->pick(request, busy, luck) != WorkerId{0});
    }
    FakeChoices any({0, 0});
    CHECK(route->pick(RequestView{}, any, luck) == WorkerId{200});  // without a session: least loaded
    CHECK_THAT(error_of([] {
                   make_worker_route(config(R"({"name": "session-affinity", "max_load": 0.5})"),
                                     TestFleet{}.context());
               }),
               contains_text("max_load: is below 1"));
}
