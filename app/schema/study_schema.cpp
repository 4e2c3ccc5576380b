#include "app/schema/study_schema.hpp"

#include <algorithm>
#include <array>

#include "app/io/json_text.hpp"
#include "app/schema/law_schema.hpp"
#include "app/schema/param_schema.hpp"
#include "app/study/study_params.hpp"

namespace spillway {
namespace {

using schema::Members;
using schema::Node;

/// Of the definitions of values, those that a study has.
Members value_forms() {
    static constexpr std::array<std::string_view, 3> kUsed{"count", "ratio", "duration"};
    Members members = schema::value_definitions();
    std::erase_if(members, [](const Node::Member& member) {
        return std::find(kUsed.begin(), kUsed.end(), member.first) == kUsed.end();
    });
    return members;
}

}  // namespace

std::string study_schema() {
    Members properties{{"$schema", schema::type("string")}, {"extends", schema::type("string")}};
    const Members own = schema::properties_of("study", study_tables::kStudy);
    properties.insert(properties.end(), own.begin(), own.end());
    return json_file_text(
        schema::object({{"$schema", schema::text("https://json-schema.org/draft/2020-12/schema")},
                        {"title", schema::text("Spillway study")},
                        {"type", schema::text("object")},
                        {"properties", schema::object(std::move(properties))},
                        {"additionalProperties", Node::flag({}, false)},
                        {"$defs", schema::object(value_forms())}}));
}

}  // namespace spillway
