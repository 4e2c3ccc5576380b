#include "models/registry.hpp"

#include <set>

#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

TEST_CASE("every service model has its own name, a summary and parameters", "[models][registry]") {
    std::set<std::string_view> names;
    for (const auto& entry : service_models()) {
        CHECK(names.insert(entry.name).second);
        CHECK_FALSE(entry.summary.empty());
        CHECK_FALSE(entry.params.empty());
    }
    CHECK(names ==
          std::set<std::string_view>{"fixed", "token-rate", "micro-batch", "multiplexed", "llm", "learned"});
}

TEST_CASE("a service is made by its name", "[models][registry]") {
    CHECK(make_service(config(R"({"model": "fixed", "time": "2s"})"), context())->best_rate({1, 0, {}}, 1) ==
          0.5);
}

TEST_CASE("an unknown service model is refused with the nearest one", "[models][registry][errors]") {
    require_input_error([] { make_service(config(R"({"model": "fixt"})"), context()); }, "test.model",
                        "unknown service model \"fixt\"");
    require_input_error([] { make_service(config(R"({"time": "2s"})"), context()); }, "test",
                        "\"model\" is missing");
}
