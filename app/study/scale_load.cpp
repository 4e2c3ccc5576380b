#include "app/study/scale_load.hpp"

#include <utility>
#include <vector>

#include "app/scenario/overlay_node.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "traces/combine/combine.hpp"

namespace spillway {
namespace {

ConfigNode scaled_source(const ConfigNode& source, double factor) {
    if (is_reactive(source_entry(source)))
        throw InputError(source.where(), "waits for answers, and its load cannot be scaled",
                         "scale its clients or sessions in a sweep");
    const ConfigNode* own = source.find("rate_factor");
    const double before = own != nullptr ? own->as_number() : 1;
    return with_member(source, {"rate_factor", ConfigNode::number(source.where(), before * factor)});
}

}  // namespace

void scale_load(Scenario& scenario, double factor) {
    SPILLWAY_CHECK(factor > 0, "a load is scaled by a factor above 0");
    std::vector<ConfigNode> sources;
    sources.reserve(scenario.traffic.items().size());
    for (const ConfigNode& source : scenario.traffic.items())
        sources.push_back(scaled_source(source, factor));
    scenario.traffic = ConfigNode::list(scenario.traffic.where(), std::move(sources));
}

}  // namespace spillway
