#include "app/schema/price_schema.hpp"

#include <algorithm>
#include <array>

#include "app/io/json_text.hpp"
#include "app/schema/law_schema.hpp"
#include "app/schema/param_schema.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway {
namespace {

using schema::Members;
using schema::Node;

/// Named objects of one form, with what they are.
Node named(std::string_view meaning, std::string_view owner, std::span<const ParamSpec> params) {
    Members members{{"description", schema::text(meaning)}};
    const Node map = schema::map_of(schema::object_of(owner, params));
    members.insert(members.end(), map.members().begin(), map.members().end());
    return schema::object(std::move(members));
}

/// Of the definitions of values, those that a price file has.
Members definitions() {
    static constexpr std::array<std::string_view, 5> kUsed{"count", "ratio", "duration", "bytes", "price"};
    Members members = schema::value_definitions();
    std::erase_if(members, [](const Node::Member& member) {
        return std::find(kUsed.begin(), kUsed.end(), member.first) == kUsed.end();
    });
    return members;
}

}  // namespace

std::string price_schema() {
    Members properties{{"$schema", schema::type("string")}, {"extends", schema::type("string")}};
    for (const ParamSpec& param : price_file_params()) {
        const bool platforms = param.name == "platforms";
        properties.emplace_back(
            param.name, named(param.meaning, param.name, platforms ? platform_params() : price_params()));
    }
    return json_file_text(
        schema::object({{"$schema", schema::text("https://json-schema.org/draft/2020-12/schema")},
                        {"title", schema::text("Spillway prices")},
                        {"type", schema::text("object")},
                        {"properties", schema::object(std::move(properties))},
                        {"additionalProperties", Node::flag({}, false)},
                        {"$defs", schema::object(definitions())}}));
}

}  // namespace spillway
