#include "app/scenario/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/io/text_list.hpp"
#include "app/scenario/read_places.hpp"
#include "app/scenario/scenario_params.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

namespace tables = scenario_tables;

RetrySpec read_retry(const ConfigNode* node) {
    RetrySpec retry;
    if (node == nullptr)
        return retry;
    ParamReader reader(*node, tables::kRetry);
    retry.attempts = static_cast<std::uint32_t>(std::max<std::int64_t>(1, reader.integer("attempts")));
    retry.backoff = reader.duration("backoff");
    retry.factor = reader.number("factor");
    if (!(retry.factor >= 1))
        throw InputError(reader.where("factor"), "must be 1 or more");
    retry.jitter = reader.ratio("jitter");
    retry.on_rejected = reader.flag("on_rejected");
    retry.on_timed_out = reader.flag("on_timed_out");
    retry.on_failed = reader.flag("on_failed");
    retry.on_execution_timeout = reader.flag("on_execution_timeout");
    reader.finish();
    return retry;
}

/// A job's client gets nothing before it asks.
void read_poll(ParamReader& reader, ScenarioClass& result) {
    result.spec.poll = reader.optional_duration("poll");
    if (!result.spec.poll)
        return;
    if (*result.spec.poll == Duration::zero())
        throw InputError(reader.where("poll"), "is 0", "leave it out for a client that is told at once");
    if (reader.has("streaming") && result.delivery == Delivery::kStreamed)
        throw InputError(reader.where("streaming"), "an answer that is polled for does not stream",
                         "leave one of the two out");
    result.delivery = Delivery::kWhole;
}

ScenarioClass read_class(ParamReader& reader) {
    ScenarioClass result;
    result.spec.name = reader.text("name");
    if (result.spec.name.empty())
        throw InputError(reader.where("name"), "is empty");
    result.spec.priority = static_cast<int>(reader.integer("priority"));
    result.delivery = reader.flag("streaming") ? Delivery::kStreamed : Delivery::kWhole;
    result.spec.timeout = reader.optional_duration("timeout");
    result.deadline = reader.optional_duration("deadline");
    read_poll(reader, result);
    result.spec.ttl = reader.optional_duration("ttl");
    if (result.spec.ttl == Duration::zero())
        throw InputError(reader.where("ttl"), "must be above 0");
    if (const ConfigNode* patience = reader.node("patience")) {
        result.spec.patience = parse_distribution(*patience, LawUnit::kSeconds);
    }
    if (const auto learned = reader.optional_text("learned_patience")) {
        result.learned_patience = ConfigNode::text(reader.where("learned_patience"), *learned);
        if (result.spec.patience)
            throw InputError(reader.where("learned_patience"), "is given beside \"patience\"",
                             "one of the two");
    }
    result.spec.retry = read_retry(reader.node("retry"));
    return result;
}

void read_classes(const ConfigNode* list, Scenario& scenario) {
    if (list == nullptr || list->items().empty()) {
        scenario.classes.emplace_back().spec.name = "default";
        return;
    }
    std::vector<std::pair<const ConfigNode*, std::size_t>> objectives;
    std::set<std::string> names;
    std::optional<std::size_t> headline;
    for (const ConfigNode& item : list->items()) {
        ParamReader reader(item, tables::kClass);
        scenario.classes.push_back(read_class(reader));
        const std::size_t number = scenario.classes.size() - 1;
        if (!names.insert(scenario.classes.back().spec.name).second) {
            throw InputError(reader.where("name"), "two classes have this name");
        }
        if (reader.flag("headline")) {
            if (headline)
                throw InputError(reader.where("headline"), "only one class can be the headline");
            headline = number;
        }
        if (const ConfigNode* slo = reader.node("slo"))
            objectives.emplace_back(slo, number);
        reader.finish();
    }
    scenario.headline = headline.value_or(0);
    const std::vector<std::string> class_names = scenario.class_names();
    for (const auto& [slo_list, number] : objectives) {
        for (const ConfigNode& text : slo_list->items()) {
            Slo slo = parse_slo(text.as_text(), text.where(), class_names);
            if (!slo.class_id)
                slo.class_id = ClassId{static_cast<std::uint32_t>(number)};
            scenario.slos.push_back(std::move(slo));
        }
    }
}

/// Keeps the pools that have every required tag.
void select_pools(const ConfigNode* list, Scenario& scenario, const std::string& where) {
    if (list == nullptr || list->items().empty()) {
        throw InputError(where + "pools", "is missing or empty",
                         "a scenario needs at least one pool of workers");
    }
    for (const ConfigNode& item : list->items()) {
        const std::vector<std::string> tags = text_list(item.find("tags"));
        const auto missing = std::find_if(
            scenario.required_tags.begin(), scenario.required_tags.end(),
            [&](const std::string& tag) { return std::find(tags.begin(), tags.end(), tag) == tags.end(); });
        if (missing == scenario.required_tags.end()) {
            scenario.pools.push_back(item);
            continue;
        }
        const ConfigNode* name = item.find("name");
        scenario.ruled_out.push_back({name != nullptr ? name->as_text() : item.where(), *missing});
    }
    if (scenario.pools.empty()) {
        throw InputError(list->where(), fmt::format("no pool has the required tag \"{}\"",
                                                    scenario.ruled_out.front().missing_tag));
    }
}

std::vector<double> read_month_shape(const ConfigNode* list) {
    std::vector<double> weights;
    if (list == nullptr)
        return weights;
    double sum = 0;
    for (const ConfigNode& item : list->items()) {
        weights.push_back(item.as_number());
        if (!(weights.back() >= 0))
            throw InputError(item.where(), "is negative", "weights are 0 or more");
        sum += weights.back();
    }
    if (weights.size() != 168 || !(sum > 0)) {
        throw InputError(list->where(), fmt::format("has {} weights", weights.size()),
                         "168 are needed, one an hour of the week from Monday 00:00, not all 0");
    }
    return weights;
}

void read_times(ParamReader& reader, Scenario& scenario) {
    const RunSeed seed{static_cast<std::uint64_t>(reader.integer("seed")),
                       static_cast<std::uint64_t>(reader.integer("replication"))};
    scenario.draws = {seed, seed};
    const std::string start = reader.node("start")->as_text();
    const auto wall_clock = parse_wall_clock(start);
    if (!wall_clock) {
        throw InputError(reader.where("start"), fmt::format("\"{}\" is not a wall-clock time", start),
                         "write \"2026-03-02T08:00\"");
    }
    scenario.wall_clock = *wall_clock;
    scenario.horizon = reader.optional_duration("horizon");
    if (scenario.horizon && *scenario.horizon == Duration::zero()) {
        throw InputError(reader.where("horizon"), "is 0", "the measured window runs from 0 to the horizon");
    }
    scenario.warm_up = reader.duration("warm_up");
    scenario.month = reader.duration("month");
    if (scenario.month == Duration::zero())
        throw InputError(reader.where("month"), "is 0");
}

}  // namespace

std::vector<std::string> Scenario::class_names() const {
    std::vector<std::string> names;
    for (const ScenarioClass& one : classes) names.push_back(one.spec.name);
    return names;
}

Scenario read_scenario(const ConfigNode& node, std::filesystem::path folder) {
    ParamReader reader(node, tables::kScenario);
    Scenario scenario;
    scenario.where = node.where();
    scenario.folder = std::move(folder);
    scenario.name = reader.text("name");
    read_times(reader, scenario);
    read_classes(reader.node("classes"), scenario);
    if (const ConfigNode* flows = reader.node("flows"))
        scenario.flows = *flows;
    scenario.traffic = *reader.node("traffic");
    scenario.required_tags = text_list(reader.node("requires"));
    select_pools(reader.node("pools"), scenario, reader.where() + ": ");
    read_places(reader, scenario);
    if (const ConfigNode* rollouts = reader.node("rollouts"))
        scenario.rollouts.assign(rollouts->items().begin(), rollouts->items().end());
    if (const ConfigNode* policy = reader.node("policy"))
        scenario.policy = *policy;
    if (const ConfigNode* route = reader.node("route"))
        scenario.route = *route;
    if (const auto prices = reader.optional_text("prices"))
        scenario.prices = *prices;
    for (const std::string& file : text_list(reader.node("gpu_profiles")))
        scenario.gpu_profiles.push_back({file, ProfileFile::Demand::kMayBeUnused});
    if (reader.flag("allow_host_profiles"))
        scenario.host_profiles = HostProfiles::kAllowed;
    scenario.month_shape = read_month_shape(reader.node("month_shape"));
    const std::vector<std::string> names = scenario.class_names();
    if (const ConfigNode* slo = reader.node("slo")) {
        for (const ConfigNode& text : slo->items()) {
            scenario.slos.push_back(parse_slo(text.as_text(), text.where(), names));
        }
    }
    reader.finish();
    return scenario;
}

Scenario load_scenario(const std::filesystem::path& file) {
    return read_scenario(read_config_file(file), file.parent_path());
}

}  // namespace spillway
