#include "app/schema/scenario_schema.hpp"

#include "app/io/json_text.hpp"
#include "app/scenario/scenario_params.hpp"
#include "app/schema/law_schema.hpp"
#include "app/schema/param_schema.hpp"
#include "models/cold_start/parse_startup.hpp"
#include "models/path/post_model.hpp"
#include "models/path/request_path.hpp"
#include "models/registry.hpp"
#include "policies/registry.hpp"
#include "sim/billing/read_contract.hpp"
#include "traces/combine/combine.hpp"
#include "traces/registry.hpp"

namespace spillway {
namespace {

using schema::Members;
using schema::Node;

/// A name alone, for entries that need nothing more, or an object with it.
template <class Entries>
Node policy_schema(const Entries& entries) {
    std::vector<Node> names;
    std::vector<Node> choices;
    for (const auto& entry : entries) {
        if (schema::required_of(entry.params).empty())
            names.push_back(schema::text(entry.name));
        choices.push_back(schema::named_object("name", entry.name, entry.params));
    }
    if (!names.empty())
        choices.insert(choices.begin(), schema::object({{"enum", schema::list(std::move(names))}}));
    return schema::any_of(std::move(choices));
}

/// Beside a platform a pool may state a few members of the policy that is the platform's, and not its name.
Node pool_policy_schema() {
    std::vector<Node> choices{schema::reference("scale_policy")};
    for (const auto& entry : scale_policies()) {
        const Node whole = schema::object_of(entry.name, entry.params);
        choices.push_back(schema::object({{"type", schema::text("object")},
                                          {"properties", *whole.find("properties")},
                                          {"additionalProperties", Node::flag({}, false)}}));
    }
    return schema::any_of(std::move(choices));
}

Node service_schema() {
    std::vector<Node> choices;
    for (const auto& entry : service_models())
        choices.push_back(schema::named_object("model", entry.name, entry.params));
    return schema::any_of(std::move(choices));
}

/// Sources with the parameters that all of them have and, in the scenario's list, their class.
Node source_schema(std::span<const ParamSpec> further) {
    std::vector<Node> choices;
    for (const auto& entry : source_registry()) {
        std::vector<ParamSpec> params(further.begin(), further.end());
        params.insert(params.end(), entry.params.begin(), entry.params.end());
        if (!is_reactive(entry))
            params.insert(params.end(), kSourceParams.begin() + 1, kSourceParams.end());
        else
            params.insert(params.end(), kLengthParams.begin(), kLengthParams.end());
        choices.push_back(schema::named_object("source", entry.name, params));
    }
    return schema::any_of(std::move(choices));
}

Node startup_schema() {
    const Node whole = schema::object_of("startup", startup_params());
    const Node* phases = whole.find("properties")->find("phases");
    return schema::any_of({*phases, whole});
}

Members definitions() {
    static constexpr std::array kClassOfSource{optional_param(
        "class", ParamKind::kText, "Class of its requests; may be left out where there is one only.")};
    Members members = schema::value_definitions();
    const Members own{
        {"batch_times", schema::map_of(schema::reference("duration"))},
        {"scale_policy", policy_schema(scale_policies())},
        {"pool_policy", pool_policy_schema()},
        {"scale_policy_by_pool", schema::map_of(schema::reference("scale_policy"))},
        {"fleet_policy", policy_schema(fleet_policies())},
        {"worker_route", policy_schema(worker_routes())},
        {"pool_route", policy_schema(pool_routes())},
        {"pool_by_class", schema::map_of(schema::type("string"))},
        {"duration_by_class", schema::map_of(schema::reference("duration"))},
        {"share_by_pool", schema::map_of(schema::reference("ratio"))},
        {"service", service_schema()},
        {"startup", startup_schema()},
        {"path", schema::object_of("path", request_path_params())},
        {"post", schema::object_of("post", post_params())},
        {"contract",
         schema::any_of({schema::reference("price"), schema::object_of("price", contract_params())})},
        {"source", source_schema({})},
        {"traffic", schema::array_of(source_schema(kClassOfSource))},
    };
    members.insert(members.end(), own.begin(), own.end());
    return members;
}

/// A file that extends another may leave out what that one has.
Node required_unless_extended() {
    std::vector<Node> required = schema::required_of(scenario_tables::kScenario);
    required.push_back(schema::text("pools"));
    return schema::list({schema::object({{"required", schema::list({schema::text("extends")})}}),
                         schema::object({{"required", schema::list(std::move(required))}})});
}

Node whole_schema() {
    Members properties{
        {"$schema", schema::type("string")},
        {"extends", schema::object({{"description",
                                     schema::text("Another file, which this one changes member by member.")},
                                    {"type", schema::text("string")}})},
    };
    const Members own = schema::properties_of("scenario", scenario_tables::kScenario);
    properties.insert(properties.end(), own.begin(), own.end());
    return schema::object({{"$schema", schema::text("https://json-schema.org/draft/2020-12/schema")},
                           {"title", schema::text("Spillway scenario")},
                           {"type", schema::text("object")},
                           {"properties", schema::object(std::move(properties))},
                           {"anyOf", required_unless_extended()},
                           {"additionalProperties", Node::flag({}, false)},
                           {"$defs", schema::object(definitions())}});
}

}  // namespace

std::string scenario_schema() { return json_file_text(whole_schema()); }

}  // namespace spillway
