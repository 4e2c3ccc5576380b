#include <nlohmann/json.hpp>

#include <set>

#include "sim/billing/price_book.hpp"
#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

const Json& schema() {
    static const Json kSchema = Json::parse(User().runs("schema prices").out);
    return kSchema;
}

/// The same names, required ones and meanings as the table, down to the fields of its members.
void check_object(const Json& object, std::span<const ParamSpec> params) {
    std::set<std::string> required;
    CHECK(object["properties"].size() == params.size());
    CHECK(object["additionalProperties"] == false);
    for (const ParamSpec& param : params) {
        INFO("parameter " << param.name);
        REQUIRE(object["properties"].contains(std::string(param.name)));
        const Json& property = object["properties"][std::string(param.name)];
        CHECK(property["description"] == param.meaning);
        if (param.presence == Presence::kRequired)
            required.emplace(param.name);
        if (!param.fields.empty())
            check_object(property.contains("items") ? property["items"] : property, param.fields);
        if (property.contains("$ref"))
            CHECK(schema().contains(Json::json_pointer(property["$ref"].get<std::string>().substr(1))));
    }
    std::set<std::string> stated;
    if (object.contains("required"))
        stated = object["required"].get<std::set<std::string>>();
    CHECK(stated == required);
}

TEST_CASE("the committed schema of price files is the one that the program prints", "[cli][schema]") {
    require_golden("docs/prices.schema.json", User().runs("schema prices").out);
}

TEST_CASE("the schema of price files knows what the price book reads", "[cli][schema]") {
    const Json& members = schema()["properties"];
    CHECK(members.size() == price_file_params().size() + 2);  // $schema and extends
    check_object(members["platforms"]["additionalProperties"], platform_params());
    check_object(members["prices"]["additionalProperties"], price_params());
}

TEST_CASE("the catalog that ships is a valid price file, and a mistake in it is not", "[cli][schema]") {
    if (run_process({"python3", "-c", "import jsonschema; jsonschema.Draft202012Validator"}).status != 0) {
        SPILLWAY_SKIP("python3-jsonschema is not there to validate the catalog");
    }
    const User user;
    user.writes("schema.json", schema().dump());
    user.writes("check.py",
                "import json, jsonschema\n"
                "validator = jsonschema.Draft202012Validator(json.load(open('schema.json')))\n"
                "jsonschema.Draft202012Validator.check_schema(validator.schema)\n"
                "raise SystemExit(0 if validator.is_valid(json.load(open('prices.json'))) else 1)\n");
    const auto is_valid = [&](const Json& prices) {
        user.writes("prices.json", prices.dump());
        const ProcessResult result =
            run_process({"bash", "-c", "cd '" + user.file("").string() + "' && python3 check.py"});
        INFO(result.err);
        REQUIRE((result.status == 0 || result.status == 1));
        return result.status == 0;
    };
    Json catalog = Json::parse(read_text(source_dir() / "models/catalog/prices.json"));
    CHECK(is_valid(catalog));
    Json wrong = catalog;
    wrong["prices"]["modal/L4"]["instance"] = "0.8";
    CHECK_FALSE(is_valid(wrong));
    wrong = catalog;
    wrong["prices"]["modal/L4"].erase("platform");
    CHECK_FALSE(is_valid(wrong));
    wrong = catalog;
    wrong["platforms"]["modal"]["kind"] = "server-less";
    CHECK_FALSE(is_valid(wrong));
}

TEST_CASE("a price file of one's own is laid over the catalog, and may name its schema", "[cli][schema]") {
    const User user;
    user.writes("mine.json", R"({"$schema": "prices.schema.json",
        "platforms": {"our-cloud": {"kind": "on-demand", "step": "60s", "source": "contract of 2026-03"}},
        "prices": {"our-cloud/L4": {"platform": "our-cloud", "gpu": "L4", "instance": "$0.01/h", "date": "2026-03-01"}}})");
    user.writes("day.json",
                small_scenario(R"("name": "small",)", R"("name": "small", "prices": "mine.json",)"));
    user.writes("ours.json",
                R"({"extends": "day.json", "pools": [{"name": "gpu", "gpu": "L4", "workers": {"max": 4},
        "service": {"model": "fixed", "time": "800ms"}, "policy": "scale-to-zero",
        "price": {"catalog": "runpod-serverless-flex/L4"}}]})");
    const ProcessResult result = user.runs("run ours.json --checklist");
    INFO(result.err);
    REQUIRE(result.status == 0);
    CHECK_THAT(result.out, contains_text("the cheapest for L4 in the price book: our-cloud/L4"));
}

TEST_CASE("the documentation has a row for each member of a price file that is no contract's",
          "[cli][schema]") {
    const std::string page = read_text(source_dir() / "docs/formats.md");
    for (const ParamSpec& param : price_params()) {
        if (param.kind != ParamKind::kText || param.name == "catalog")
            continue;
        CHECK_THAT(page, contains_text("| `" + std::string(param.name) + "` | text |"));
        CHECK_THAT(page, contains_text("| " + std::string(param.meaning) + " |"));
    }
}

}  // namespace
}  // namespace spillway::tests
