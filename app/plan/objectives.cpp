#include "app/plan/objectives.hpp"

#include <array>

#include "sim/core/error.hpp"

namespace spillway {

std::vector<PlannedObjective> planned_objectives(const Scenario& scenario) {
    if (scenario.slos.empty())
        throw InputError(scenario.where, "has no objective",
                         "--slo 'p95 ttft < 2s', or \"slo\" in the scenario");
    const std::vector<std::string> classes = scenario.class_names();
    std::vector<PlannedObjective> objectives;
    for (const Slo& slo : scenario.slos) {
        PlannedObjective& one = objectives.emplace_back();
        one.text = slo.text;
        if (slo.class_id && one.text.find("class=") == std::string::npos)
            one.text += " for class=" + classes[slo.class_id->value];
        const std::size_t bound = slo.text.find('<');
        std::string figure = slo.text.substr(0, slo.text.find_last_not_of(' ', bound - 1) + 1);
        if (slo.class_id)
            figure += " for class=" + classes[slo.class_id->value];
        one.metric = parse_metric(figure, scenario.where + ": slo");
        one.limit = slo.figure == SloFigure::kShare ? slo.share_limit : to_seconds(slo.limit);
    }
    return objectives;
}

std::string_view standing_name(Standing standing) noexcept {
    constexpr std::array<std::string_view, 3> kNames{"holds", "unclear", "misses"};
    return kNames.at(static_cast<std::size_t>(standing));
}

Standing standing_of(const PlannedObjective& objective, const Estimate& figure) {
    if (figure.never > 0)
        return Standing::kMisses;
    if (figure.values() == 0)
        return Standing::kHolds;  // no request of that kind
    if (figure.has_interval() && figure.low() >= objective.limit)
        return Standing::kMisses;
    return figure.has_interval() && figure.high() < objective.limit ? Standing::kHolds : Standing::kOpen;
}

}  // namespace spillway
