#include "app/scenario/read_flows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "app/scenario/scenario_params.hpp"
#include "models/dependencies.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace tables = scenario_tables;

using Numbers = std::vector<std::uint32_t>;

/// A stage as it is written: `spec.after` still numbers the stages in the file's order.
struct WrittenStage {
    StageSpec spec;
    bool streams = false;
    std::string where;
};

template <class Named>
std::vector<std::string_view> names_of(const std::vector<Named>& list) {
    std::vector<std::string_view> names;
    names.reserve(list.size());
    for (const Named& one : list) names.emplace_back(one.name);
    return names;
}

std::uint32_t place_in(const std::vector<std::string_view>& names, std::string_view kind,
                       const std::string& name, const std::string& where) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw unknown_name(where, kind, name, names);
    return static_cast<std::uint32_t>(found - names.begin());
}

double read_factor(ParamReader& reader, std::string_view name, double otherwise) {
    const double factor = reader.optional_number(name).value_or(otherwise);
    if (!(factor >= 0) || factor > 1e6)
        throw InputError(reader.where(name), fmt::format("{} is not between 0 and 1000000", factor));
    return factor;
}

/// A law of one's own stands in place of the request's tokens, unless the factor is given too.
StageTokens read_tokens(ParamReader& reader, std::string_view factor, std::string_view plus) {
    StageTokens tokens;
    if (const ConfigNode* law = reader.node(plus))
        tokens.plus = parse_distribution(*law, LawUnit::kNumber);
    tokens.factor = read_factor(reader, factor, tokens.plus ? 0 : 1);
    return tokens;
}

WrittenStage read_stage(const ConfigNode& node, const FleetSpec& fleet) {
    ParamReader reader(node, tables::kStage);
    WrittenStage stage;
    stage.where = node.where();
    stage.spec.name = reader.text("name");
    if (const auto pool = reader.optional_text("pool"))
        stage.spec.pool = PoolId{place_in(names_of(fleet.pools), "pool", *pool, reader.where("pool"))};
    stage.spec.share = reader.ratio("share");
    stage.spec.input = read_tokens(reader, "input_factor", "input_tokens");
    stage.spec.output = read_tokens(reader, "output_factor", "output_tokens");
    if (const auto most = reader.optional_integer("max_tokens")) {
        if (*most > std::numeric_limits<std::int32_t>::max())
            throw InputError(reader.where("max_tokens"), fmt::format("{} is too large", *most));
        stage.spec.max_tokens = static_cast<std::uint32_t>(*most);
    }
    stage.spec.service_factor = read_factor(reader, "service_factor", 1);
    stage.streams = reader.flag("streams");
    static_cast<void>(reader.node("after"));  // read once all names are known
    reader.finish();
    return stage;
}

Numbers read_after(const ConfigNode& node, std::uint32_t number, const std::vector<std::string_view>& names) {
    const ConfigNode* list = node.find("after");
    if (list == nullptr)
        return number == 0 ? Numbers{} : Numbers{number - 1};
    Numbers after;
    for (const ConfigNode& name : list->items()) {
        const std::uint32_t before = place_in(names, "stage", name.as_text(), name.where());
        if (std::find(after.begin(), after.end(), before) != after.end())
            throw InputError(name.where(), fmt::format("\"{}\" is named twice", name.as_text()));
        after.push_back(before);
    }
    return after;
}

std::vector<WrittenStage> read_stages(const ConfigNode& list, const FleetSpec& fleet) {
    std::vector<WrittenStage> stages;
    std::vector<std::string_view> names;
    for (const ConfigNode& node : list.items()) {
        stages.push_back(read_stage(node, fleet));
    }
    for (const WrittenStage& stage : stages) {
        if (std::find(names.begin(), names.end(), stage.spec.name) != names.end())
            throw InputError(stage.where, fmt::format("two stages are named \"{}\"", stage.spec.name));
        names.emplace_back(stage.spec.name);
    }
    for (std::uint32_t i = 0; i < stages.size(); ++i)
        stages[i].spec.after = read_after(list.items()[i], i, names);
    return stages;
}

void refuse_cycle(const std::vector<WrittenStage>& stages, const std::string& where) {
    std::vector<Numbers> before(stages.size());
    for (std::uint32_t i = 0; i < stages.size(); ++i) {
        for (const std::uint32_t earlier : stages[i].spec.after) before[earlier].push_back(i);
    }
    std::string circle;
    for (const std::uint32_t stage : order_dependencies(before).cycle)
        circle += (circle.empty() ? "" : " -> ") + stages[stage].spec.name;
    if (!circle.empty())
        throw InputError(where, "the stages wait for each other in a circle: " + circle,
                         "take one of them out of another's \"after\"");
}

/// The stages in an order in which each comes after those that it waits for, otherwise as they are written.
/// Requires: no cycle.
Numbers written_order(const std::vector<WrittenStage>& stages) {
    Numbers order;
    std::vector<char> placed(stages.size(), 0);
    while (order.size() < stages.size()) {
        const auto may_come = [&](const WrittenStage& stage) {
            const auto number = static_cast<std::size_t>(&stage - stages.data());
            return placed[number] == 0 &&
                   std::all_of(stage.spec.after.begin(), stage.spec.after.end(),
                               [&](std::uint32_t before) { return placed[before] != 0; });
        };
        const auto next =
            static_cast<std::size_t>(std::find_if(stages.begin(), stages.end(), may_come) - stages.begin());
        placed[next] = 1;
        order.push_back(static_cast<std::uint32_t>(next));
    }
    return order;
}

void add_stages(std::vector<WrittenStage> written, const std::string& where, FlowSpec& flow) {
    refuse_cycle(written, where);
    const Numbers order = written_order(written);
    Numbers place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    for (const std::uint32_t number : order) {
        WrittenStage& stage = written[number];
        for (std::uint32_t& before : stage.spec.after) before = place[before];
        if (stage.streams && flow.answers)
            throw InputError(stage.where, "two stages stream", "a client reads the tokens of one");
        if (stage.streams)
            flow.answers = place[number];
        flow.stages.push_back(std::move(stage.spec));
    }
    const bool always = std::any_of(flow.stages.begin(), flow.stages.end(),
                                    [](const StageSpec& stage) { return stage.share >= 1; });
    if (!always)
        throw InputError(where, "a request may take none of the stages",
                         "let one of them have no \"share\", or one of 1");
}

std::uint32_t read_class_of(ParamReader& reader, const FleetSpec& fleet) {
    const auto name = reader.optional_text("class");
    if (!name && fleet.classes.size() > 1)
        throw InputError(reader.where("class"), "is missing: there are several classes");
    const std::uint32_t number =
        name ? place_in(names_of(fleet.classes), "class", *name, reader.where("class")) : 0;
    if (fleet.classes[number].flow)
        throw InputError(reader.where("class"), "two flows are of this class", "a class has one");
    return number;
}

}  // namespace

std::vector<StageSetup> read_flows(const ConfigNode& list, FleetSpec& fleet) {
    std::vector<StageSetup> setups;
    for (const ConfigNode& node : list.items()) {
        ParamReader reader(node, tables::kFlow);
        FlowSpec flow;
        flow.name = reader.text("name");
        const std::uint32_t of_class = read_class_of(reader, fleet);
        flow.retry = static_cast<FlowRetry>(reader.choice("retry"));
        const ConfigNode& stages = *reader.node("stages");
        if (stages.items().empty())
            throw InputError(stages.where(), "is empty",
                             R"(for example [{"name": "embed", "pool": "embedder"}])");
        add_stages(read_stages(stages, fleet), stages.where(), flow);
        reader.finish();
        for (std::uint32_t i = 0; i < flow.stages.size(); ++i) {
            const StageSpec& stage = flow.stages[i];
            setups.push_back({flow.name, ClassId{of_class}, i, stage.name,
                              stage.pool ? fleet.pools[stage.pool->value].name : std::string{}});
        }
        fleet.classes[of_class].flow = fleet.flows.size();
        fleet.flows.push_back(std::move(flow));
    }
    return setups;
}

bool needs_route(const FleetSpec& fleet) {
    const auto goes_by_route = [&](const ClassSpec& one) {
        if (!one.flow)
            return true;
        const std::vector<StageSpec>& stages = fleet.flows[*one.flow].stages;
        return std::any_of(stages.begin(), stages.end(), [](const StageSpec& stage) { return !stage.pool; });
    };
    return std::any_of(fleet.classes.begin(), fleet.classes.end(), goes_by_route);
}

}  // namespace spillway
