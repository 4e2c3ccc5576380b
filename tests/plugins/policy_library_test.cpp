#include "policies/policy_library.hpp"

#include <exception>
#include <filesystem>
#include <fstream>

#include "policies/registry.hpp"
#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/process.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

const std::filesystem::path kFolder = SPILLWAY_TEST_PLUGINS;

/// What the loader says of a file.
std::string problem_of(const std::filesystem::path& file) {
    try {
        const PolicyLibrary library(file);
    } catch (const InputError& error) {
        CHECK(error.where() == file.string());
        return error.problem();
    }
    return "loaded";
}

bool says(const std::string& problem, const std::string& part) {
    INFO(problem);
    return problem.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("What is no plug-in is refused with what is wrong with it") {
    SECTION("a file that is not there") {
        CHECK(says(problem_of(kFolder / "libnone.so"), "there is no such file"));
    }
    SECTION("a file that is no shared library") {
        const auto file = std::filesystem::temp_directory_path() / "spillway_no_library.so";
        std::ofstream(file) << "not a library";
        CHECK(says(problem_of(file), "cannot be loaded"));
        std::filesystem::remove(file);
    }
    SECTION("a symbol that nobody has") {
        const std::string problem = problem_of(kFolder / "libplugin_needs_a_symbol.so");
        CHECK(says(problem, "cannot be loaded"));
        CHECK(says(problem, "nobody_has_this"));
    }
    SECTION("a library that exports something else") {
        CHECK(says(problem_of(kFolder / "libplugin_no_function.so"),
                   "does not export the function spillway_plugin()"));
    }
    SECTION("another version of the interface") {
        CHECK(says(problem_of(kFolder / "libplugin_old_interface.so"),
                   "has version 0 of the plug-in interface, and this program has " +
                       std::to_string(kPluginInterface)));
    }
    SECTION("types that are laid out otherwise") {
        CHECK(says(problem_of(kFolder / "libplugin_other_layout.so"), "lay out its types differently"));
    }
    SECTION("no manifest") {
        CHECK(says(problem_of(kFolder / "libplugin_returns_nothing.so"), "returned nothing"));
    }
    SECTION("the name of a built-in policy") {
        CHECK(says(problem_of(kFolder / "libplugin_taken_name.so"),
                   "\"fixed\" has the name of one that is built in"));
    }
}

TEST_CASE("A plug-in's policy is made by name beside the built-in ones, with its own parameters") {
    const PolicyLibrary library(kFolder / "libdrain_time.so");
    REQUIRE(library.manifest().scale_policies.size() == 1);
    const std::vector<PoolFacts> pools{PoolFacts{.name = "gpus", .concurrency = 2, .max_workers = 9}};
    PolicyContext context{pools, {}, {}};
    context.plugin = &library.manifest();

    SECTION("it decides by its formula") {
        const auto policy =
            make_scale_policy(config(R"({"name": "drain-time", "drain_within": "10s"})"), context);
        CHECK(policy->wakes().tick == 5s);
        PoolView view{};
        view.max_workers = 9;
        view.concurrency = 2;
        view.queued = 20;
        view.metrics.in_flight = 4;
        view.metrics.arrival_rate = 1;
        // A request takes 4 / 1 = 4 s; 4 slots for the load and 20 x 4 s / 10 s = 8 for the queue: 12 slots,
        // 6 workers of 2.
        const ScaleDecision decision = policy->decide(view, Trigger::kTick);
        CHECK(decision.target == 6);
        CHECK(decision.observed == tests::Approx(12));
    }
    SECTION("a wrong parameter is named with the nearest right one") {
        CHECK_THROWS_WITH(make_scale_policy(config(R"({"name": "drain-time", "drain_in": "10s"})"), context),
                          Catch::Contains("drain_within"));
    }
    SECTION("an error of the plug-in's own reaches the user as any other") {
        CHECK_THROWS_AS(make_scale_policy(config(R"({"name": "drain-time", "period": "0s"})"), context),
                        InputError);
    }
    SECTION("without the plug-in the name is unknown") {
        context.plugin = nullptr;
        CHECK_THROWS_AS(make_scale_policy(config(R"("drain-time")"), context), InputError);
    }
}

TEST_CASE("An error that a plug-in threw outlives it") {
    std::exception_ptr thrown;
    {
        const PolicyLibrary library(kFolder / "libdrain_time.so");
        const std::vector<PoolFacts> pools{PoolFacts{.name = "gpus", .max_workers = 9}};
        PolicyContext context{pools, {}, {}};
        context.plugin = &library.manifest();
        try {
            make_scale_policy(config(R"({"name": "drain-time", "period": "0s"})"), context);
        } catch (const InputError&) {
            thrown = std::current_exception();
        }
    }
    REQUIRE(thrown);
    CHECK_THROWS_AS(std::rethrow_exception(thrown), InputError);
    thrown = nullptr;
}

TEST_CASE("The program runs a scenario with a plug-in, and lists what it has") {
    const std::string library = (kFolder / "libdrain_time.so").string();
    const auto scenario = source_dir() / "examples/14_own_policy/drain_time.json";
    const ProcessResult run =
        run_process({program().string(), "run", scenario.string(), "--plugin", library});
    INFO(run.err);
    CHECK(run.status == 0);
    CHECK(run_process({program().string(), "run", scenario.string()}).status == 2);

    const ProcessResult list = run_process({program().string(), "list", "--plugin", library});
    CHECK(list.status == 0);
    CHECK_THAT(list.out, contains_text("drain-time"));
    CHECK_THAT(list.out, contains_text("drain_within"));
    CHECK(list.out.find("scale-to-zero") == std::string::npos);
    CHECK(run_process({program().string(), "list", "policies", "--plugin", library}).status == 2);
}
