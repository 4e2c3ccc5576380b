#include "models/cold_start/phase_graph.hpp"

#include <algorithm>

#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

PhaseSpec phase(std::string name, std::vector<std::string> after) {
    return {std::move(name), StartPhase::kPull, PhaseTime::law(Distribution::constant(1)), std::move(after),
            "place"};
}

PhaseGraph diamond() {
    return {{phase("acquire", {}), phase("pull", {"acquire"}), phase("weights", {"acquire"}),
             phase("warm-up", {"pull", "weights"})},
            "start"};
}

}  // namespace

TEST_CASE("the order puts each phase after its predecessors, however they were written",
          "[models][phase_graph]") {
    const PhaseGraph graph({phase("d", {"b", "c"}), phase("b", {"a"}), phase("c", {"a"}), phase("a", {})},
                           "start");
    const auto order = graph.order();
    REQUIRE(order.size() == 4);
    const auto place = [&](std::uint32_t number) {
        return std::find(order.begin(), order.end(), number) - order.begin();
    };
    CHECK(place(3) < place(1));
    CHECK(place(3) < place(2));
    CHECK(place(1) < place(0));
    CHECK(place(2) < place(0));
}

TEST_CASE("only a chain is in series", "[models][phase_graph]") {
    CHECK(PhaseGraph({phase("a", {})}, "start").is_series());
    CHECK(PhaseGraph({phase("a", {}), phase("b", {"a"}), phase("c", {"b", "a"})}, "start").is_series());
    CHECK_FALSE(PhaseGraph({phase("a", {}), phase("b", {})}, "start").is_series());
    CHECK_FALSE(diamond().is_series());
}

TEST_CASE("a critical path leads back through the predecessor that finished last", "[models][phase_graph]") {
    std::vector<StartStretch> path;
    const std::vector<SimTime> ends{SimTime{10s}, SimTime{25s}, SimTime{40s}, SimTime{45s}};
    diamond().critical_path(SimTime{3s}, ends, path);
    REQUIRE(path.size() == 3);
    CHECK(path[0].end == SimTime{10s});
    CHECK(path[1].end == SimTime{40s});
    CHECK(path[2].end == SimTime{45s});
}

TEST_CASE("among phases that finish together the one written first is on the critical path",
          "[models][phase_graph]") {
    PhaseSpec second = phase("second", {});
    second.kind = StartPhase::kWeights;
    const PhaseGraph graph({phase("first", {}), second}, "start");
    std::vector<StartStretch> path;
    graph.critical_path(SimTime{0s}, std::vector{SimTime{5s}, SimTime{5s}}, path);
    REQUIRE(path.size() == 1);
    CHECK(path[0].phase == StartPhase::kPull);
}

TEST_CASE("a phase graph that cannot be run is refused", "[models][phase_graph][errors]") {
    const auto reject = [](std::vector<PhaseSpec> specs, const char* place, const char* problem) {
        require_input_error([&] { PhaseGraph(specs, "start"); }, place, problem);
    };
    reject({}, "start", "at least one phase");
    reject({phase("a", {}), phase("a", {})}, "place", "\"a\" stands there already");
    reject({phase("pull", {}), phase("b", {"pul"})}, "place", "unknown phase \"pul\"");
    reject({phase("a", {}), phase("b", {"a", "a"})}, "place", "names \"a\" twice");
    reject({phase("a", {"a"})}, "start", "a -> a");
    reject({phase("a", {}), phase("b", {"a", "d"}), phase("c", {"b"}), phase("d", {"c"})}, "start",
           "circle: b -> c -> d -> b");
}
