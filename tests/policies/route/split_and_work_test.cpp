#include <map>

#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<PoolRoute> route(std::string_view json) {
    return make_pool_route(config(json), TestFleet{}.context());
}
std::string error_with(std::string_view json) {
    return error_of([&] { route(json); });
}

RequestView request(std::uint64_t origin, std::uint64_t session = 0) {
    RequestView view{};
    view.origin = origin;
    view.session = session;
    return view;
}

RequestView work(std::uint32_t prompt, std::uint32_t most, std::uint32_t class_id = 0) {
    RequestView view{};
    view.input_tokens = prompt;
    view.max_tokens = most;
    view.class_id = {class_id};
    return view;
}

}  // namespace

TEST_CASE("a split gives each pool its share of the requests, and each request the same pool",
          "[policies][routes]") {
    const auto split = route(R"({"name": "split", "shares": {"base": 0.9, "cloud": "10%"}})");
    CHECK(split->looks_at_request_only());
    int in_cloud = 0;
    constexpr int kRequests = 20'000;
    for (std::uint64_t origin = 0; origin < kRequests; ++origin) {
        const PoolId pool = split->route(request(origin), {}).pool;
        REQUIRE(split->route(request(origin), {}).pool == pool);
        in_cloud += pool == kCloud ? 1 : 0;
    }
    // Five standard deviations of a binomial: a false alarm in 2 million, and nothing is drawn anew.
    CHECK(in_cloud == Approx(2000).margin(5 * 42));
}

TEST_CASE("a larger share keeps the requests that it had", "[policies][routes]") {
    const auto tenth = route(R"({"name": "split", "shares": {"cloud": 0.1, "base": 0.9}})");
    const auto half = route(R"({"name": "split", "shares": {"cloud": 0.5, "base": 0.5}})");
    for (std::uint64_t origin = 0; origin < 2000; ++origin) {
        if (tenth->route(request(origin), {}).pool == kCloud)
            REQUIRE(half->route(request(origin), {}).pool == kCloud);
    }
}

TEST_CASE("a split by session keeps the turns of one together", "[policies][routes]") {
    const auto split = route(R"({"name": "split", "shares": {"base": 0.5, "cloud": 0.5}, "by": "session"})");
    std::map<std::uint32_t, int> pools;
    for (std::uint64_t session = 1; session <= 400; ++session) {
        const PoolId pool = split->route(request(session * 10, session), {}).pool;
        for (std::uint64_t turn = 1; turn < 4; ++turn)
            REQUIRE(split->route(request(session * 10 + turn, session), {}).pool == pool);
        ++pools[pool.value];
    }
    CHECK(pools[0] == Approx(200).margin(5 * 10));
}

TEST_CASE("shares that are no shares are refused", "[policies][routes]") {
    CHECK_THAT(error_with(R"({"name": "split", "shares": {"base": 0.9, "cloud": 0.2}})"),
               contains_text("test.json: shares: the shares add up to 1.1"));
    CHECK_THAT(error_with(R"({"name": "split", "shares": {}})"), contains_text("the shares add up to 0"));
    CHECK_THAT(error_with(R"({"name": "split", "shares": {"base": 1.5, "cloud": -0.5}})"),
               contains_text("1.5 is not between 0 and 1"));
    CHECK_THAT(error_with(R"({"name": "split", "shares": {"bsae": 1}})"),
               contains_text("did you mean \"base\"?"));
    CHECK_THAT(error_with(R"({"name": "split", "shares": {"base": 1, "bsae": 0}})"),
               contains_text("did you mean \"base\"?"));
}

TEST_CASE("by-work counts the prompt and the longest answer that a request may ask for",
          "[policies][routes]") {
    const auto by_work = route(R"({"name": "by-work", "steps": [{"tokens": 4000, "pool": "cloud"}],
                                   "otherwise": "base"})");
    CHECK(by_work->looks_at_request_only());
    CHECK(by_work->route(work(3000, 1000), {}).pool == kCloud);  // at the limit
    CHECK(by_work->route(work(3000, 1001), {}).pool == kBase);
    CHECK(by_work->route(work(4294967295, 4294967295), {}).pool == kBase);
}

TEST_CASE("by-work takes the first step whose limit holds", "[policies][routes]") {
    const auto by_work = route(R"({"name": "by-work", "by": "service",
        "expected": {"interactive": "3s", "batch": "40m"},
        "steps": [{"service": "1m", "pool": "cloud"}, {"service": "1h", "pool": "base"}], "otherwise": "cloud"})");
    CHECK(by_work->route(work(0, 0, 0), {}).pool == kCloud);
    CHECK(by_work->route(work(0, 0, 1), {}).pool == kBase);
}

TEST_CASE("by-work refuses limits of another kind, steps that descend and classes without an expectation",
          "[policies][routes]") {
    CHECK_THAT(
        error_with(
            R"({"name": "by-work", "steps": [{"service": "1m", "pool": "cloud"}], "otherwise": "base"})"),
        contains_text("test.json: steps[0]: the limit is not the one that \"by\" looks at"));
    CHECK_THAT(error_with(R"({"name": "by-work", "steps": [{"tokens": 9, "pool": "cloud"},
                              {"tokens": 9, "pool": "base"}], "otherwise": "base"})"),
               contains_text("test.json: steps[1]: its limit is not above that of the step before it"));
    CHECK_THAT(error_with(R"({"name": "by-work", "steps": [], "otherwise": "base"})"),
               contains_text("test.json: steps: is empty"));
    CHECK_THAT(
        error_with(R"({"name": "by-work", "by": "service", "steps": [{"service": "1m", "pool": "cloud"}],
                              "expected": {"batch": "1m"}, "otherwise": "base"})"),
        contains_text("class \"interactive\" is missing"));
    CHECK_THAT(
        error_with(R"({"name": "by-work", "by": "service", "steps": [{"service": "1m", "pool": "cloud"}],
                              "otherwise": "base"})"),
        contains_text("expected: is missing"));
}
