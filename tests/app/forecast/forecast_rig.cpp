#include "tests/app/forecast/forecast_rig.hpp"

#include "app/io/json_file.hpp"

namespace spillway::tests {

ForecastRig::ForecastRig() {
    std::string rows = "t_s,input_tokens,output_tokens\n";
    for (int hour = 0; hour < 168; ++hour) rows += std::to_string(hour * 3600 + 1800) + ",1000,100\n";
    write_text(folder / "week.csv", rows);
}

ScenarioFile ForecastRig::file(const std::string& text) const {
    return {read_config_text(text, "s.json"), folder.path()};
}

ScenarioFile ForecastRig::fixed_fleet() const {
    return file(R"({"name": "fixed", "horizon": "1w", "warm_up": "0s",
        "traffic": [{"source": "poisson", "rate": "20/h"}],
        "pools": [{"name": "p", "gpu": "L4", "workers": {"max": 4}, "policy": {"name": "fixed", "workers": 2},
                   "service": {"model": "fixed", "time": {"exponential": {"mean": "4s"}}}, "price": "$2/h"}]})");
}

ScenarioFile ForecastRig::api(std::string_view price) const {
    return file(R"({"name": "api", "horizon": "1w", "warm_up": "0s", "start": "2027-01-04T00:00",
        "traffic": [{"source": "csv", "file": "week.csv", "align": "as-written"}],
        "pools": [{"name": "api", "kind": "api", "service": {"model": "fixed", "time": "5s"},
                   "price": {"tokens": {"input": "$1/Mtok", "output": "$5/Mtok"})" +
                std::string(price) + "}}]}");
}

ScenarioFile ForecastRig::by_use(std::string_view service, int seed) const {
    return file(R"({"name": "by use", "seed": )" + std::to_string(seed) +
                R"(, "horizon": "1w", "warm_up": "0s",
        "traffic": [{"source": "poisson", "rate": "0.05/s"}],
        "pools": [{"name": "p", "workers": {"max": 64}, "policy": {"name": "scale-to-zero", "idle_timeout": "0s"},
                   "service": {"model": "fixed", "time": {"exponential": {"mean": "4s"}})" +
                std::string(service) + R"(}, "price": {"instance": "$4/h", "step": "0s"}}]})");
}

ForecastRules only_luck() {
    ForecastRules rules;
    rules.vary = Vary{true, false, false};
    rules.windows = 2;
    return rules;
}

}  // namespace spillway::tests
