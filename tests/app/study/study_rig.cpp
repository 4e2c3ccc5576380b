#include "tests/app/study/study_rig.hpp"

#include <stdexcept>

#include "app/io/json_file.hpp"

namespace spillway::tests {
namespace {

constexpr std::string_view kScenario = R"({
  "name": "small",
  "horizon": "30m", "warm_up": "2m",
  "slo": ["p95 total < 60s"],
  "traffic": [{"source": "poisson", "rate": "0.3/s"}],
  "pools": [{"name": "gpu", "concurrency": 2, "workers": {"min": 0, "max": 8},
    "service": {"model": "fixed", "time": {"exponential": {"mean": "4s"}}},
    "startup": {"phases": [{"phase": "weights", "time": {"lognormal": {"mean": "8s", "cv": 0.3}}}]},
    "policy": {"name": "scale-to-zero", "idle_timeout": "30s"},
    "price": "$2/h"}]
})";

}  // namespace

StudyRig::StudyRig() { write_text(folder / "small.json", kScenario); }

std::string StudyRig::scenario_text(std::string_view from, std::string_view to) {
    std::string text(kScenario);
    if (from.empty())
        return text;
    const std::size_t at = text.find(from);
    if (at == std::string::npos)
        throw std::runtime_error("the scenario has no " + std::string(from));
    return text.replace(at, from.size(), to);
}

Study StudyRig::study(const std::string& members) const {
    return read_study(read_config_text(R"({"scenario": "small.json", )" + members + "}", "study.json"),
                      folder.path());
}

ScenarioFile StudyRig::scenario(std::string_view from, std::string_view to) const {
    return {read_config_text(scenario_text(from, to), "small.json"), folder.path()};
}

}  // namespace spillway::tests
