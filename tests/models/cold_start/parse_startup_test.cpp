#include "models/cold_start/parse_startup.hpp"

#include "tests/models/support/config_text.hpp"
#include "tests/models/support/start_log.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

TEST_CASE("a start-up reads as a list of phases or as an object with one", "[models][parse_startup]") {
    const auto list = make_startup(config(R"([{"phase": "pull", "time": "5s"}])"), context());
    const auto object = make_startup(config(R"({"phases": [{"phase": "pull", "time": "5s"}]})"), context());
    CHECK(list->mean_seconds() == 5);
    CHECK(object->mean_seconds() == 5);
}

TEST_CASE("each word of \"phase\" is its own kind", "[models][parse_startup]") {
    const char* words[] = {"acquire", "pull", "container", "runtime", "weights", "graphs", "warm-up"};
    for (int kind = 0; kind < kStartPhases; ++kind) {
        const auto model = make_startup(
            config(R"([{"phase": ")" + std::string(words[kind]) + R"(", "time": "5s"}])"), context());
        StartLog log(*model);
        log.begin(0, SimTime{0s});
        log.run();
        REQUIRE(log.path().size() == 1);
        CHECK(log.path().front().phase == static_cast<StartPhase>(kind));
    }
}

TEST_CASE("a start-up that cannot be read is refused with its place", "[models][parse_startup][errors]") {
    const auto reject = [](const char* json, const char* place, const char* problem) {
        require_input_error([&] { make_startup(config(json), context()); }, place, problem);
    };
    reject(R"([])", "test", "at least one phase");
    reject(R"({"phases": []})", "test.phases", "at least one phase");
    reject(R"({})", "test", "\"phases\" is missing");
    reject(R"({"phases": [{"phase": "pull", "time": "1s"}], "failures": {}})", "test",
           "unknown key \"failures\"");
    reject(R"([{"time": "1s"}])", "test[0]", "\"phase\" is missing");
    reject(R"([{"phase": "pulling", "time": "1s"}])", "test[0].phase", "pulling");
    reject(R"([{"phase": "pull", "time": "1s", "afer": []}])", "test[0]", "unknown key \"afer\"");
    reject(R"([{"phase": "pull", "time": "1s"}, {"phase": "pull", "time": "1s"}])", "test[1]",
           "stands there already");
    reject(R"([{"phase": "pull", "time": "1s", "after": ["nowhere"]}])", "test[0]",
           "unknown phase \"nowhere\"");
    reject(R"([{"phase": "pull", "time": "1s", "after": ["weights"]}, {"phase": "weights", "time": "1s"}])",
           "test", "circle: pull -> weights -> pull");
    reject(R"({"phases": [{"phase": "pull", "time": "1s"}], "failure": {}})", "test.failure",
           "\"probability\" is missing");
}

TEST_CASE("a probability of failure above 1 is refused", "[models][parse_startup][errors]") {
    CHECK_THROWS_WITH(
        make_startup(
            config(R"({"phases": [{"phase": "pull", "time": "1s"}], "failure": {"probability": 1.5}})"),
            context()),
        contains_text("from 0 to 1"));
}
