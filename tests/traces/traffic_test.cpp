// All traffic of a scenario together, with its warm-up.
#include "traces/combine/traffic.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/traces/source_rig.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kClasses{"interactive", "batch"};
const std::string kTwo = R"([{"source": "poisson", "rate": "5/s", "class": "batch", "duration": "1000s"},
                             {"source": "poisson", "rate": "2/s", "class": "interactive", "duration": "1000s"}])";

struct TrafficRig : SourceRig {
    std::vector<Arrival> play(const std::string& json, Duration warm_up) {
        return drain(make_traffic(config_from(json), kClasses, context(), warm_up));
    }
};

std::vector<Arrival> measured(const std::vector<Arrival>& all) {
    std::vector<Arrival> part;
    for (const Arrival& each : all) {
        if (each.at >= SimTime{})
            part.push_back(each);
    }
    return part;
}

std::size_t of_class(const std::vector<Arrival>& all, std::uint32_t id) {
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [id](const Arrival& each) { return each.class_id.value == id; }));
}

/// Whole seconds and prompt lengths.
using Rows = std::vector<std::pair<std::int64_t, std::uint32_t>>;
Rows rows_of(const std::vector<Arrival>& all) {
    Rows rows;
    for (const Arrival& each : all) rows.emplace_back(each.at.time_since_epoch() / 1s, each.input_tokens);
    return rows;
}

std::set<std::uint64_t> origins_of(const std::vector<Arrival>& all) {
    std::set<std::uint64_t> origins;
    for (const Arrival& each : all) origins.insert(each.origin);
    return origins;
}

TEST_CASE("traffic is all sources together, each in its class", "[traces][traffic]") {
    const auto all = TrafficRig{}.play(kTwo, 0s);
    CHECK(std::abs(static_cast<double>(of_class(all, 1)) - 5000) < 4 * std::sqrt(5000));
    CHECK(std::abs(static_cast<double>(of_class(all, 0)) - 2000) < 4 * std::sqrt(2000));
    CHECK(origins_of(all).size() == all.size());
}

TEST_CASE("the warm-up lies before 0 at the same rate, and the measured part does not know of it",
          "[traces][traffic]") {
    const auto cold = TrafficRig{}.play(kTwo, 0s);
    const auto warm = TrafficRig{}.play(kTwo, 600s);
    const auto after = measured(warm);
    REQUIRE(after.size() == cold.size());
    for (std::size_t i = 0; i < cold.size(); ++i) {
        REQUIRE(after[i].at == cold[i].at);
        REQUIRE(after[i].origin == cold[i].origin);
    }
    const double before = static_cast<double>(warm.size() - after.size());
    CHECK(std::abs(before - 600 * 7) < 4 * std::sqrt(600 * 7));
    CHECK(warm.front().at >= SimTime{-600s});
    CHECK(origins_of(warm).size() == warm.size());
}

TEST_CASE("a generator's warm-up draws other numbers than its measured part", "[traces][traffic]") {
    const auto all = TrafficRig{}.play(
        R"([{"source": "poisson", "rate": "1/s", "duration": "600s", "class": "batch"}])", 600s);
    const auto after = measured(all);
    std::vector<Duration> shifted;
    for (std::size_t i = 0; i + after.size() < all.size(); ++i)
        shifted.push_back(all[i].at + 600s - SimTime{});
    std::size_t equal = 0;
    for (std::size_t i = 0; i < std::min(shifted.size(), after.size()); ++i) {
        equal += SimTime{shifted[i]} == after[i].at ? 1 : 0;
    }
    CHECK(equal == 0);
}

TEST_CASE("a trace's warm-up is its own beginning, and its reading is reported once", "[traces][traffic]") {
    TrafficRig rig;
    ScratchDir folder;
    rig.folder = folder.path();
    write_text(folder / "day.csv", "t_s,input_tokens,output_tokens\n0,11,1\n30,12,1\n90,13,1\n");
    const auto all = rig.play(R"([{"source": "csv", "file": "day.csv", "class": "batch"}])", 60s);
    const Rows rows = rows_of(all);
    CHECK(rows == Rows{{-60, 11}, {-30, 12}, {0, 11}, {30, 12}, {90, 13}});
    CHECK(origins_of(all).size() == 5);
    REQUIRE(rig.reads.counts().size() == 1);
    CHECK(rig.reads.counts().front().rows == 3);
}

TEST_CASE("a trace at its own times that has nothing before 0 has no warm-up traffic", "[traces][traffic]") {
    TrafficRig rig;
    ScratchDir folder;
    rig.folder = folder.path();
    write_text(folder / "day.csv", "t_s,input_tokens,output_tokens\n0,11,1\n30,12,1\n");
    const std::string source =
        R"({"source": "csv", "file": "day.csv", "align": "as-written", "class": "batch")";
    CHECK(rows_of(rig.play("[" + source + "}]", 60s)) == Rows{{0, 11}, {30, 12}});
    // By the wall clock, a minute later than the file's midnight: the first row lies before 0.
    rig.wall_clock = 60;
    write_text(folder / "day.csv", "t\n1970-01-01 00:00:10\n1970-01-01 00:01:30\n");
    const std::string dated = R"([{"source": "csv", "file": "day.csv", "time_column": "t", "time_unit": "iso",
        "input_column": "none", "output_column": "none", "align": "as-written", "class": "batch"}])";
    CHECK(rows_of(rig.play(dated, 60s)) == Rows{{-50, 0}, {30, 0}});
    rig.wall_clock = 120;
    CHECK_THROWS_AS(rig.play(dated, 60s), InputError);
}

TEST_CASE("the warm-up of a cut trace is the beginning of the cut", "[traces][traffic]") {
    TrafficRig rig;
    ScratchDir folder;
    rig.folder = folder.path();
    write_text(folder / "day.csv", "t_s,input_tokens,output_tokens\n0,11,1\n30,12,1\n90,13,1\n");
    const auto all =
        rig.play(R"([{"source": "csv", "file": "day.csv", "class": "batch", "cut": {"from": "20s"}}])", 60s);
    const Rows rows = rows_of(all);
    CHECK(rows == Rows{{-50, 12}, {10, 12}, {70, 13}});
}

TEST_CASE("sources that wait for answers begin with the warm-up, and their duration counts from 0",
          "[traces][traffic]") {
    TrafficRig rig;
    const auto source = make_traffic(config_from(R"([
        {"source": "poisson", "rate": "1/s", "duration": "100s", "class": "batch"},
        {"source": "closed-loop", "clients": 1, "duration": "100s", "class": "interactive"}])"),
                                     kClasses, rig.context(), 50s);
    CHECK(source->next_time() == SimTime{-50s});
    SimTime last;
    int loops = 0;
    while (source->next_time()) {
        Arrival arrival;
        source->pop(arrival);
        if (arrival.class_id.value == 1)
            continue;
        ++loops;
        last = arrival.at;
        source->answered({arrival.origin, 0, 0, arrival.class_id, Outcome::kCompleted, arrival.at + 1s, 0});
    }
    CHECK(loops == 150);
    CHECK(last == SimTime{99s});
}

TEST_CASE("traffic without a usable class or source is refused", "[traces][traffic]") {
    const auto play = [](const std::string& json) { return TrafficRig{}.play(json, 0s); };
    CHECK_THROWS_WITH(play("[]"), contains_text("no source of traffic"));
    CHECK_THROWS_WITH(play(R"([{"source": "poisson", "rate": "1/s", "count": 1}])"),
                      contains_text("\"class\""));
    CHECK_THROWS_WITH(play(R"([{"source": "poisson", "rate": "1/s", "count": 1, "class": "bach"}])"),
                      contains_text("bach") && contains_text("batch"));
    CHECK_THROWS_WITH(play(R"([{"class": "batch"}])"), contains_text("\"source\" is missing"));
}

TEST_CASE("a scenario with one class need not name it", "[traces][traffic]") {
    TrafficRig rig;
    const std::vector<std::string> only{"all"};
    const auto node = config_from(R"([{"source": "poisson", "rate": "1/s", "count": 9}])");
    CHECK(drain(make_traffic(node, only, rig.context(), 0s)).size() == 9);
}

}  // namespace
}  // namespace spillway::tests
