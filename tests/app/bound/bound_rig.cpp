#include "tests/app/bound/bound_rig.hpp"

#include <fmt/format.h>

#include "app/io/json_file.hpp"

namespace spillway::tests {

Scenario scenario_of(const BoundCase& one, const std::filesystem::path& folder) {
    const std::string empty =
        one.pool.find("\"initial\"") == std::string::npos ? R"("initial": "empty",)" : "";
    const std::string no_warm_up =
        one.scenario.find("\"warm_up\"") == std::string::npos ? R"("warm_up": "0s",)" : "";
    const std::string limits =
        one.pool.find("\"workers\"") == std::string::npos ? R"("workers": {"max": 20},)" : "";
    const std::string text = fmt::format(
        R"({{"name": "case", "horizon": "{}", {} "classes": [{{"name": "all", "slo": [{}]}}], "traffic": [{}],
        "pools": [{{"name": "gpu", {} {} "service": {}, "startup": {}, "policy": {}, "price": {} {}}}] {}}})",
        one.horizon, no_warm_up, one.slo, one.traffic, empty, limits, one.service, one.startup, one.policy,
        one.price, one.pool, one.scenario);
    return read_scenario(read_config_text(text, "case.json"), folder);
}

}  // namespace spillway::tests
