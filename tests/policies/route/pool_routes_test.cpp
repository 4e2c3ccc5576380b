#include <array>

#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<PoolRoute> pool_route(std::string_view json) {
    return make_pool_route(config(json), TestFleet{}.context());
}

RequestView request_of(std::uint32_t class_number) {
    RequestView request{};
    request.class_id = {class_number};
    return request;
}

}  // namespace

TEST_CASE("single sends everything to the first pool, or to the one it names", "[policies][routes]") {
    CHECK(pool_route(R"("single")")->route(request_of(1), {}).pool == kBase);
    CHECK(pool_route(R"({"name": "single", "pool": "cloud"})")->route(request_of(0), {}).pool == kCloud);
    CHECK(pool_route(R"("single")")->looks_at_request_only());
}

TEST_CASE("by-class sends each class to its pool", "[policies][routes]") {
    const auto named =
        pool_route(R"({"name": "by-class", "classes": {"batch": "base", "interactive": "cloud"}})");
    CHECK(named->route(request_of(0), {}).pool == kCloud);
    CHECK(named->route(request_of(1), {}).pool == kBase);
    const auto rest =
        pool_route(R"({"name": "by-class", "classes": {"batch": "base"}, "otherwise": "cloud"})");
    CHECK(rest->route(request_of(0), {}).pool == kCloud);
    CHECK(rest->route(request_of(1), {}).pool == kBase);
}

TEST_CASE("by-class refuses a class without a pool and names that do not exist", "[policies][routes]") {
    const auto make = [](std::string_view json) { return error_of([&] { pool_route(json); }); };
    CHECK_THAT(make(R"({"name": "by-class", "classes": {"batch": "base"}})"),
               contains_text("test.json: classes: class \"interactive\" has no pool"));
    CHECK_THAT(
        make(R"({"name": "by-class", "classes": {"batch": "bass"}})"),
        contains_text("test.json: classes.batch: unknown pool \"bass\"\n  hint: did you mean \"base\"?"));
    CHECK_THAT(make(R"({"name": "by-class", "classes": {"bach": "base"}})"),
               contains_text("did you mean \"batch\"?"));
}

TEST_CASE("warm-pool-first takes the first pool with a free slot on a ready worker, else the first",
          "[policies][routes]") {
    const auto route = pool_route(R"("warm-pool-first")");
    CHECK_FALSE(route->looks_at_request_only());
    std::array views{quiet_pool(0s), quiet_pool(0s)};
    views[0].starting = 1;
    CHECK(route->route(request_of(0), views).pool == kBase);
    views[1].concurrency = 2;
    views[1].busy = 1;
    views[1].in_flight = 1;
    CHECK(route->route(request_of(0), views).pool == kCloud);
    views[1].in_flight = 2;
    CHECK(route->route(request_of(0), views).pool == kBase);
    views[0].idle = 1;
    views[1].in_flight = 1;
    CHECK(route->route(request_of(0), views).pool == kBase);
    const auto cloud_first = pool_route(R"({"name": "warm-pool-first", "pools": ["cloud", "base"]})");
    CHECK(cloud_first->route(request_of(0), views).pool == kCloud);
}
