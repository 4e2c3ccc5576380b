#include "tests/policies/scripted.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"

namespace spillway::tests {
namespace {

ConfigNode node_of(const nlohmann::ordered_json& json, const std::string& where) {
    if (json.is_boolean())
        return ConfigNode::flag(where, json.get<bool>());
    if (json.is_number_integer())
        return ConfigNode::integer(where, json.get<std::int64_t>());
    if (json.is_number())
        return ConfigNode::number(where, json.get<double>());
    if (json.is_string())
        return ConfigNode::text(where, json.get<std::string>());
    if (json.is_array()) {
        std::vector<ConfigNode> items;
        for (const auto& item : json)
            items.push_back(node_of(item, where + "[" + std::to_string(items.size()) + "]"));
        return ConfigNode::list(where, std::move(items));
    }
    if (json.is_null())
        return ConfigNode(where);
    std::vector<ConfigNode::Member> members;
    for (const auto& [name, value] : json.items()) {
        members.emplace_back(name, node_of(value, member_place(where, name)));
    }
    return ConfigNode::object(where, std::move(members));
}

}  // namespace

ConfigNode config(std::string_view json) { return node_of(nlohmann::ordered_json::parse(json), "test.json"); }

std::unique_ptr<ScalePolicy> scale_policy(std::string_view json, int concurrency, int min_workers) {
    TestFleet fleet;
    fleet.pools = {{"pool", concurrency, min_workers, 10}};
    return make_scale_policy(config(json), fleet.context());
}

PoolView quiet_pool(Duration at) {
    PoolView view{};
    view.now = SimTime{at};
    view.max_workers = 10;
    view.concurrency = 1;
    return view;
}

int target_at_tick(ScalePolicy& policy, const PoolView& view) {
    return policy.decide(view, Trigger::kTick).target;
}

}  // namespace spillway::tests
