// What a study draws anew: traffic, luck and models' errors, each by a key of its own.
#include <filesystem>

#include "app/io/json_file.hpp"
#include "app/report/json_report.hpp"
#include "app/run/run_scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "traces/combine/recordings.hpp"

namespace spillway::tests {
namespace {

/// A trace of an hour, a request every ten seconds, and a pool whose service may be 20% off.
struct DayRig {
    ScratchDir folder;
    Scenario scenario = make();

    Scenario make() const {
        std::string rows = "t_s,input_tokens,output_tokens\n";
        for (int i = 0; i < 360; ++i) rows += std::to_string(10 * i + i % 7) + ",10,10\n";
        write_text(folder / "trace.csv", rows);
        return read_scenario(read_config_text(R"({"horizon": "1h",
            "traffic": [{"source": "csv", "file": "trace.csv"}],
            "pools": [{"name": "gpu", "workers": {"max": 2}, "policy": {"name": "fixed", "workers": 2},
                "service": {"model": "fixed", "time": {"exponential": {"mean": "4s"}}, "error": "20%"},
                "startup": [{"phase": "weights", "time": "8s"}]}]})",
                                              "day.json"),
                             folder.path());
    }
    std::string json() const { return json_report(run_scenario(scenario)); }
};

}  // namespace

TEST_CASE("without draws a run is what its seed says, and with them another one", "[app][draws]") {
    DayRig rig;
    const std::string plain = rig.json();
    CHECK(rig.json() == plain);
    rig.scenario.draws.model = RunSeed{1, 4};
    const std::string off = rig.json();
    CHECK(off != plain);
    CHECK(rig.json() == off);
    rig.scenario.draws.model = std::nullopt;
    rig.scenario.draws.resample = Resampling{RunSeed{1, 4}};
    const std::string other = rig.json();
    CHECK(other != plain);
    CHECK(rig.json() == other);
    rig.scenario.draws.resample->recordings = std::make_shared<Recordings>();
    CHECK(rig.json() == other);
    CHECK(rig.json() == other);
    rig.scenario.draws.resample = std::nullopt;
    CHECK(rig.json() == plain);
}

TEST_CASE("a result tells how traffic was drawn and which models have errors", "[app][draws]") {
    DayRig rig;
    const RunResult plain = run_scenario(rig.scenario);
    CHECK_FALSE(plain.reads.at(0).resampled.has_value());
    CHECK(plain.model_errors ==
          std::vector<StatedError>{{"service of gpu", 0.2}, {"start: weights", std::nullopt}});
    rig.scenario.draws.resample = Resampling{RunSeed{1, 4}};
    const RunResult drawn = run_scenario(rig.scenario);
    REQUIRE(drawn.reads.at(0).resampled.has_value());
    CHECK(drawn.reads.at(0).resampled->blocks == 20);
    CHECK(drawn.reads.at(0).resampled->stratum == Stratum::kWholeTrace);
}

}  // namespace spillway::tests
