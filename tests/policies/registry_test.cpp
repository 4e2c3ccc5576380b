#include "policies/registry.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

/// Every entry has a sentence for the list, a meaning for every parameter, and a name of its own.
template <class Table>
void check_table(const Table& table) {
    std::set<std::string_view> names;
    for (const auto& entry : table) {
        INFO(entry.name);
        CHECK(names.insert(entry.name).second);
        CHECK(entry.summary.ends_with('.'));
        for (const ParamSpec& spec : entry.params) {
            INFO(spec.name);
            CHECK_FALSE(spec.meaning.empty());
            CHECK(spec.name != "name");
        }
    }
}

}  // namespace

TEST_CASE("every policy and route is listed once with what it does", "[policies][registry]") {
    check_table(scale_policies());
    check_table(fleet_policies());
    check_table(pool_routes());
    check_table(worker_routes());
    CHECK(scale_policies().size() == 25);
    CHECK(fleet_policies().size() == 4);
    CHECK(pool_routes().size() == 6);
    CHECK(worker_routes().size() == 7);
}

TEST_CASE("an unknown policy or route is answered with the nearest name and the list",
          "[policies][registry]") {
    const TestFleet fleet;
    const std::string scale =
        error_of([&] { make_scale_policy(config(R"({"name": "keep-warn"})"), fleet.context()); });
    CHECK_THAT(scale,
               contains_text("test.json: name: unknown scale policy \"keep-warn\"\n  hint: did you mean "
                             "\"keep-warm\"? valid: fixed, scale-to-zero, keep-warm, schedule, queue-depth, "
                             "concurrency-target, runpod-queue-delay, "));
    CHECK_THAT(error_of([&] { make_scale_policy(config(R"("fixd")"), fleet.context()); }),
               contains_text("did you mean \"fixed\"?"));
    CHECK_THAT(error_of([&] { make_fleet_policy(config(R"("spikebuffer")"), fleet.context()); }),
               contains_text("unknown fleet policy \"spikebuffer\"\n  hint: did you mean \"spike-buffer\"?"));
    CHECK_THAT(error_of([&] { make_pool_route(config(R"("overfow")"), fleet.context()); }),
               contains_text("did you mean \"overflow\"?"));
    CHECK_THAT(
        error_of([&] { make_worker_route(config(R"("random")"), fleet.context()); }),
        contains_text(
            "valid: warm-first, least-loaded, round-robin, two-choices, least-tokens, prefix-affinity"));
}

TEST_CASE("a policy needs a name that is text", "[policies][registry]") {
    const TestFleet fleet;
    const auto make = [&](std::string_view json) {
        return error_of([&] { make_scale_policy(config(json), fleet.context()); });
    };
    CHECK_THAT(make(R"({"workers": 3})"), contains_text("\"name\" is missing"));
    CHECK_THAT(make(R"({"name": 3})"), contains_text("expected text"));
    CHECK_THAT(make("3"), contains_text("expected"));
}

TEST_CASE("a name alone takes every default, when there is nothing to ask", "[policies][registry]") {
    const TestFleet fleet;
    for (const ScalePolicyEntry& entry : scale_policies()) {
        INFO(entry.name);
        const bool asks = std::any_of(entry.params.begin(), entry.params.end(), [](const ParamSpec& spec) {
            return spec.presence == Presence::kRequired;
        });
        if (!asks)
            CHECK(make_scale_policy(config('"' + std::string(entry.name) + '"'), fleet.context()));
    }
    for (const WorkerRouteEntry& entry : worker_routes()) {
        INFO(entry.name);
        CHECK(make_worker_route(config('"' + std::string(entry.name) + '"'), fleet.context()));
    }
}

TEST_CASE("metrics that nobody could remember are refused at their place", "[policies][registry]") {
    const TestFleet fleet;
    const auto declares = [](const ScalePolicyEntry& entry, std::string_view name) {
        return std::any_of(entry.params.begin(), entry.params.end(),
                           [&](const ParamSpec& spec) { return spec.name == name; });
    };
    int windows = 0;
    int lags = 0;
    for (const ScalePolicyEntry& entry : scale_policies()) {
        INFO(entry.name);
        const auto error_with = [&](const std::string& member) {
            const std::string_view needs =
                entry.name == "skyserve" ? R"("target_qps_per_replica": "1/s", )" : "";
            return error_of([&] {
                make_scale_policy(config(fmt::format(R"({{"name": "{}", {}{}}})", entry.name, needs, member)),
                                  fleet.context());
            });
        };
        if (declares(entry, "lag")) {
            ++lags;
            CHECK_THAT(error_with(R"("lag": "1000000h")"),
                       contains_text("test.json: lag: 1000000h are too many samples, one every "));
        }
        if (declares(entry, "window") && declares(entry, "sample_period")) {
            ++windows;
            CHECK_THAT(error_with(R"("window": "100000h")"),
                       contains_text("test.json: window: 100000h are too many samples"));
            CHECK(error_with(R"("window": "24h", "sample_period": "1s")") == "no error");
        }
    }
    CHECK(windows >= 12);
    CHECK(lags >= 16);
}
