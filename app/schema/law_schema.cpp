#include "app/schema/law_schema.hpp"

#include <string>

#include "app/schema/param_schema.hpp"
#include "sim/core/distribution.hpp"

namespace spillway::schema {
namespace {

// Expressions that every dialect of regular expressions has: what the parsers of sim/core/parse_units.hpp and
// sim/billing/price.hpp take.
const std::string kNumber = R"((\d+\.?\d*|\.\d+))";

Node whole(const std::string& regex, std::string_view example) { return pattern("^" + regex + "$", example); }

Node minimum(std::string_view type_name) {
    return object({{"type", text(type_name)}, {"minimum", Node::integer({}, 0)}});
}

/// A number of 0 or more, or "5%".
Node ratio() {
    return object({{"type", list({text("number"), text("string")})},
                   {"minimum", Node::integer({}, 0)},
                   {"pattern", text("^" + kNumber + "%?$")}});
}

/// The body of a form that has no table of parameters.
Node own_form(std::string_view name, const Node& value, const Node& law) {
    if (name == "constant")
        return value;
    if (name == "empirical") {
        return object({{"type", text("array")}, {"items", value}, {"minItems", Node::integer({}, 1)}});
    }
    if (name == "quantiles") {
        return object({{"type", text("object")},
                       {"patternProperties", object({{"^p" + kNumber + "$", value}})},
                       {"required", list({text("p0"), text("p100")})},
                       {"additionalProperties", Node::flag({}, false)}});
    }
    const Node part = object({{"type", text("object")},
                              {"properties", object({{"weight", type("number")}, {"law", law}})},
                              {"required", list({text("weight"), text("law")})},
                              {"additionalProperties", Node::flag({}, false)}});
    return object({{"type", text("array")}, {"items", part}, {"minItems", Node::integer({}, 1)}});
}

/// A plain value, or an object of exactly one form.
Node law_of(LawUnit unit, const Node& value, const Node& law) {
    Members forms;
    for (const LawForm& form : law_forms(unit)) {
        const Node body =
            form.params.empty() ? own_form(form.name, value, law) : object_of(form.name, form.params);
        Members members{{"description", text(form.summary)}};
        members.insert(members.end(), body.members().begin(), body.members().end());
        forms.emplace_back(form.name, object(std::move(members)));
    }
    return any_of({value, object({{"type", text("object")},
                                  {"properties", object(std::move(forms))},
                                  {"minProperties", Node::integer({}, 1)},
                                  {"maxProperties", Node::integer({}, 1)},
                                  {"additionalProperties", Node::flag({}, false)}})});
}

}  // namespace

Members value_definitions() {
    const std::string bytes = "(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)";
    return {
        {"count", minimum("integer")},
        {"ratio", ratio()},
        {"duration", whole("(" + kNumber + "(ns|us|ms|s|m|h|d|w))+", "250ms")},
        {"bytes", whole(kNumber + bytes, "16GiB")},
        {"byte_rate", whole(kNumber + "(" + bytes + "|[kMGT]?bit)/s", "3GB/s")},
        {"rate", whole(kNumber + "/(s|min|h|d)", "0.5/s")},
        {"wall_clock", whole(R"(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?)", "2026-03-02T08:00")},
        {"price", whole(R"(\$)" + kNumber +
                            "/(s|min|h|month|(vCPU|core)-(s|h)|(GiB|GB)(-(s|h|month))?|[Mk]tok|request)",
                        "$2.49/h")},
        {"duration_law", law_of(LawUnit::kSeconds, reference("duration"), reference("duration_law"))},
        {"number_law", law_of(LawUnit::kNumber, minimum("number"), reference("number_law"))},
        {"texts", array_of(type("string"))},
        {"weights", array_of(minimum("number"))},
        {"durations", array_of(reference("duration"))},
    };
}

}  // namespace spillway::schema
