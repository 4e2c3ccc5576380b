#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <regex>
#include <set>

#include "app/scenario/scenario_params.hpp"
#include "models/cold_start/parse_startup.hpp"
#include "models/path/post_model.hpp"
#include "models/path/request_path.hpp"
#include "models/registry.hpp"
#include "policies/registry.hpp"
#include "sim/billing/read_contract.hpp"
#include "sim/core/distribution.hpp"
#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "traces/combine/combine.hpp"
#include "traces/registry.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

const Json& schema() {
    static const Json kSchema = Json::parse(User().runs("schema").out);
    return kSchema;
}

/// What a property stands for: itself, its array's items or the definition that it refers to.
const Json& body_of(const Json& property) {
    if (property.contains("$ref")) {
        const auto pointer = property["$ref"].get<std::string>().substr(1);
        return body_of(schema().at(Json::json_pointer(pointer)));
    }
    return property.contains("items") ? body_of(property["items"]) : property;
}

std::set<std::string> names_of(const Json& object) {
    std::set<std::string> names;
    for (const auto& [name, value] : object.items()) names.insert(name);
    return names;
}

/// The schema and the table name the same parameters, require the same, and refuse all others; likewise
/// below.
void check_object(const Json& object, std::span<const ParamSpec> params, const std::set<std::string>& beside,
                  const std::set<std::string>& required_beside = {}) {
    std::set<std::string> names = beside;
    std::set<std::string> required = required_beside;
    for (const ParamSpec& param : params) {
        names.emplace(param.name);
        if (param.presence == Presence::kRequired)
            required.emplace(param.name);
        INFO("parameter " << param.name);
        REQUIRE(object["properties"].contains(std::string(param.name)));
        const Json& property = object["properties"][std::string(param.name)];
        CHECK(property["description"] == param.meaning);
        CHECK(property.contains("default") == (param.presence == Presence::kDefaulted));
        if (!param.fields.empty())
            check_object(body_of(property), param.fields, {});
    }
    CHECK(names_of(object["properties"]) == names);
    CHECK(object["additionalProperties"] == false);
    if (!object.contains("anyOf")) {  // the whole file states what it requires as a choice
        std::set<std::string> stated;
        if (object.contains("required"))
            stated = object["required"].get<std::set<std::string>>();
        CHECK(stated == required);
    }
}

/// The choices of a definition that are objects, by the constant of `key`.
std::map<std::string, Json> choices_of(const Json& definition, const std::string& key) {
    std::map<std::string, Json> choices;
    for (const Json& choice : definition["anyOf"]) {
        if (choice.contains("properties"))
            choices[choice["properties"][key]["const"]] = choice;
    }
    return choices;
}

template <class Entries>
void check_entries(const std::string& definition, const std::string& key, const Entries& entries) {
    const std::map<std::string, Json> choices = choices_of(schema()["$defs"][definition], key);
    CHECK(choices.size() == entries.size());
    for (const auto& entry : entries) {
        INFO(definition << " " << entry.name);
        REQUIRE(choices.contains(std::string(entry.name)));
        check_object(choices.at(std::string(entry.name)), entry.params, {key}, {key});
    }
}

/// Every object in the schema that says nothing of its members.
void find_bare(const Json& node, const std::string& path, std::vector<std::string>& bare) {
    if (node.is_object() && node.contains("type") && node["type"].is_string()) {
        const bool empty_array = node["type"] == "array" && !node.contains("items");
        const bool empty_object = node["type"] == "object" && !node.contains("properties") &&
                                  !node.contains("additionalProperties") &&
                                  !node.contains("patternProperties");
        if (empty_array || empty_object)
            bare.push_back(path);
    }
    for (const auto& [name, value] : node.items()) {
        if (value.is_structured())
            find_bare(value, path + "/" + name, bare);
    }
}

TEST_CASE("the committed schema is the one that the program prints", "[cli][schema]") {
    require_golden("docs/scenario.schema.json", User().runs("schema").out);
}

TEST_CASE("the schema knows the members of a scenario that the loader knows", "[cli][schema]") {
    check_object(schema(), scenario_tables::kScenario, {"$schema", "extends"});
}

TEST_CASE("the schema knows the policies, routes, models and sources that there are", "[cli][schema]") {
    check_entries("scale_policy", "name", scale_policies());
    check_entries("fleet_policy", "name", fleet_policies());
    check_entries("worker_route", "name", worker_routes());
    check_entries("pool_route", "name", pool_routes());
    check_entries("service", "model", service_models());
}

TEST_CASE("the schema knows the sources with what all of them take", "[cli][schema]") {
    const std::map<std::string, Json> alone = choices_of(schema()["$defs"]["source"], "source");
    const std::map<std::string, Json> in_traffic =
        choices_of(schema()["$defs"]["traffic"]["items"], "source");
    CHECK(alone.size() == source_registry().size());
    CHECK(in_traffic.size() == source_registry().size());
    for (const auto& entry : source_registry()) {
        INFO(entry.name);
        std::set<std::string> beside{"source"};
        for (const ParamSpec& param : kLengthParams) beside.emplace(param.name);
        if (!is_reactive(entry)) {
            for (const ParamSpec& param : kSourceParams) beside.emplace(param.name);
        }
        check_object(alone.at(std::string(entry.name)), entry.params, beside, {"source"});
        beside.insert("class");
        check_object(in_traffic.at(std::string(entry.name)), entry.params, beside, {"source"});
    }
}

TEST_CASE("the schema knows the start-up, the path, the post-processing and the contract", "[cli][schema]") {
    const Json& defs = schema()["$defs"];
    check_object(defs["startup"]["anyOf"][1], startup_params(), {});
    CHECK(defs["startup"]["anyOf"][0]["items"] ==
          defs["startup"]["anyOf"][1]["properties"]["phases"]["items"]);
    check_object(defs["path"], request_path_params(), {});
    check_object(defs["post"], post_params(), {});
    check_object(defs["contract"]["anyOf"][1], contract_params(), {});
}

TEST_CASE("the schema knows every form of a law", "[cli][schema]") {
    for (const auto& [definition, unit] :
         {std::pair{"duration_law", LawUnit::kSeconds}, std::pair{"number_law", LawUnit::kNumber}}) {
        const Json& forms = schema()["$defs"][definition]["anyOf"][1]["properties"];
        CHECK(forms.size() == law_forms(unit).size());
        for (const LawForm& form : law_forms(unit)) {
            INFO(definition << " " << form.name);
            REQUIRE(forms.contains(std::string(form.name)));
            if (!form.params.empty()) {
                for (const ParamSpec& param : form.params) {
                    CHECK(forms[std::string(form.name)]["properties"].contains(std::string(param.name)));
                }
            }
        }
    }
}

TEST_CASE("no list and no object in the schema is left without a form", "[cli][schema]") {
    std::vector<std::string> bare;
    find_bare(schema(), "", bare);
    CHECK(bare == std::vector<std::string>{});
}

std::size_t require_documented(std::span<const ParamSpec> params, const std::string& page) {
    std::size_t rows = 0;
    for (const ParamSpec& param : params) {
        const std::string name = "| `" + std::string(param.name) + "` | ";
        const std::string meaning = " | " + std::string(param.meaning) + " |\n";
        INFO(name << "..." << meaning);
        const std::size_t end = page.find(meaning);
        REQUIRE(end != std::string::npos);
        CHECK(page.substr(page.rfind('\n', end) + 1).starts_with(name));
        rows += 1 + require_documented(param.fields, page);
    }
    return rows;
}

TEST_CASE("the documentation has a row for each member of a scenario, with the loader's words",
          "[cli][schema]") {
    const std::string page = read_text(source_dir() / "docs/formats.md");
    CHECK(require_documented(scenario_tables::kScenario, page) > 50);
}

TEST_CASE("the documentation names each column of the outputs", "[cli][schema]") {
    const std::string page = read_text(source_dir() / "docs/formats.md");
    const User user;
    user.writes("day.json", small_scenario());
    REQUIRE(user.runs("run day.json --csv a.csv --requests b.csv --timeline c.csv").status == 0);
    for (const char* file : {"a.csv", "b.csv", "c.csv"}) {
        for (const std::string& column : cells_of(lines_of(user.reads(file)).at(0))) {
            CHECK_THAT(page, contains_text(column));
        }
    }
}

TEST_CASE("every default in the schema is a value that its own pattern allows", "[cli][schema]") {
    // A default in the wrong form ("60" for a duration) would be offered by editors and refused by the
    // loader.
    std::size_t looked_at = 0;
    const std::function<void(const Json&)> walk = [&](const Json& node) {
        if (node.is_object() && node.contains("default") && node.contains("$ref")) {
            const Json& body = body_of(node);
            if (body.contains("pattern") && node["default"].is_string()) {
                ++looked_at;
                INFO(node.dump());
                CHECK(std::regex_match(node["default"].get<std::string>(),
                                       std::regex(body["pattern"].get<std::string>())));
            }
        }
        for (const auto& value : node) {
            if (value.is_structured())
                walk(value);
        }
    };
    walk(schema());
    CHECK(looked_at > 10);
}

// One Python for all of them: it takes longer to start, and to read the schema, than to validate.
constexpr const char* kValidateAll = R"(
import json, pathlib, sys, jsonschema
validator = jsonschema.Draft202012Validator(json.load(open('schema.json')))
jsonschema.Draft202012Validator.check_schema(validator.schema)
for file in sys.argv[1:]:
    for error in validator.iter_errors(json.load(open(file))):
        print(f'{file} {error.json_path}: {error.message[:300]}')
)";

/// What a validator finds in the scenarios: nothing, or lines that begin with the name of the file.
std::string found_in(const std::map<std::string, Json>& scenarios) {
    const User user;
    user.writes("schema.json", schema().dump());
    user.writes("check.py", kValidateAll);
    std::string command = "cd '" + user.file("").string() + "' && python3 check.py";
    for (const auto& [name, scenario] : scenarios) {
        user.writes(name, scenario.dump());
        command += " " + name;
    }
    const ProcessResult result = run_process({"bash", "-c", command + " 2>&1"});
    INFO(result.out);
    REQUIRE(result.status == 0);
    return result.out;
}

TEST_CASE("every example is valid by the schema, and a mistake in it is not", "[cli][schema]") {
    if (run_process({"python3", "-c", "import jsonschema; jsonschema.Draft202012Validator"}).status != 0) {
        SPILLWAY_SKIP("python3-jsonschema is not there to validate the examples");
    }
    std::map<std::string, Json> valid;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_dir() / "examples")) {
        if (entry.path().extension() != ".json")
            continue;
        const Json scenario = Json::parse(read_text(entry.path()), nullptr, true, true);
        if (!scenario.contains("pools") && !scenario.contains("extends"))
            continue;  // a price file, say
        if (entry.path().filename() == "drain_time.json")
            continue;  // names a policy that a library brings
        valid[std::to_string(valid.size()) + "-" + entry.path().filename().string()] = scenario;
    }
    CHECK(valid.size() > 40);
    const Json small = Json::parse(small_scenario());
    valid["small"] = small;
    Json platform = small;  // names its policy
    platform["pools"][0]["policy"] = {{"target_qps_per_replica", "0.3/s"}};
    platform["pools"][0]["platform"] = "skyserve";
    valid["platform"] = platform;
    CHECK(found_in(valid).empty());

    Json no_unit = small;
    no_unit["horizon"] = "10";
    CHECK_THAT(found_in({{"no-unit", no_unit}}), contains_text("no-unit $.horizon"));
    Json misspelt = small;
    misspelt["pools"][0]["policy"]["idle_time"] = "5s";
    CHECK_THAT(found_in({{"misspelt", misspelt}}), contains_text("misspelt $.pools[0]"));
}

}  // namespace
}  // namespace spillway::tests
