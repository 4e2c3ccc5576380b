#include "app/plan/traffic_part.hpp"

#include <algorithm>

#include "app/scenario/overlay_node.hpp"
#include "app/study/inputs.hpp"
#include "sim/core/parse_units.hpp"
#include "traces/combine/combine.hpp"

namespace spillway {
namespace {

constexpr std::uint64_t kConfirmFrom = 1'000'000;

bool can_be_cut(const ConfigNode& source) {
    return is_recorded(source_entry(source)) && source.find("cut") == nullptr &&
           source.find("repeat") == nullptr && source.find("time_factor") == nullptr;
}

ConfigNode cut_source(const ConfigNode& source, Duration from, Duration length) {
    const std::string& where = source.where();
    const ConfigNode part =
        ConfigNode::object(where, {{"from", ConfigNode::text(where, format_duration(from))},
                                   {"for", ConfigNode::text(where, format_duration(length))}});
    return with_member(source, {"cut", part});
}

}  // namespace

std::optional<Duration> cutting_point(const Scenario& scenario) {
    const auto sources = scenario.traffic.items();
    if (!std::any_of(sources.begin(), sources.end(), can_be_cut))
        return std::nullopt;
    const std::optional<Duration> span = read_traffic(scenario).span;
    if (!span)
        return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(*span / 2);
}

void take_part(Scenario& scenario, TrafficPart part, const std::optional<Duration>& cut) {
    if (part == TrafficPart::kConfirm) {
        scenario.draws.luck.replication += kConfirmFrom;
        scenario.draws.traffic.replication += kConfirmFrom;
    }
    if (!cut)
        return;
    const Duration from = part == TrafficPart::kTune ? Duration{0} : *cut;
    std::vector<ConfigNode> sources;
    for (const ConfigNode& source : scenario.traffic.items())
        sources.push_back(can_be_cut(source) ? cut_source(source, from, *cut) : source);
    scenario.traffic = ConfigNode::list(scenario.traffic.where(), std::move(sources));
    scenario.horizon = *cut;
    scenario.wall_clock += std::chrono::duration_cast<std::chrono::seconds>(from).count();
}

}  // namespace spillway
