#include "app/schema/param_schema.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "sim/core/parse_units.hpp"

namespace spillway::schema {
namespace {

/// The definition that a list or an object without fields follows. A parameter table has no word for it.
struct Form {
    std::string_view owner;
    std::string_view param;
    std::string_view definition;
};
constexpr std::array kForms{
    Form{"scenario", "traffic", "traffic"},
    Form{"scenario", "policy", "fleet_policy"},
    Form{"scenario", "route", "pool_route"},
    Form{"scenario", "gpu_profiles", "texts"},
    Form{"scenario", "requires", "texts"},
    Form{"scenario", "slo", "texts"},
    Form{"scenario", "month_shape", "weights"},
    Form{"classes", "slo", "texts"},
    Form{"pools", "tags", "texts"},
    Form{"pools", "service", "service"},
    Form{"pools", "startup", "startup"},
    Form{"rollouts", "startup", "startup"},
    Form{"pools", "path", "path"},
    Form{"pools", "post", "post"},
    Form{"pools", "policy", "pool_policy"},
    Form{"pools", "route", "worker_route"},
    Form{"pools", "price", "contract"},
    Form{"phases", "after", "texts"},
    Form{"phases", "over", "texts"},
    Form{"snapshot", "over", "texts"},
    Form{"snapshot", "replaces", "texts"},
    Form{"stages", "after", "texts"},
    Form{"micro-batch", "times", "batch_times"},
    Form{"models", "classes", "texts"},
    Form{"models", "service", "service"},
    Form{"schedule", "plus", "scale_policy"},
    Form{"pool-wise", "pools", "scale_policy_by_pool"},
    Form{"spike-buffer", "base_policy", "scale_policy"},
    Form{"class-split", "base_policy", "scale_policy"},
    Form{"class-split", "base_classes", "texts"},
    Form{"gpu-fallback", "pools", "texts"},
    Form{"by-class", "classes", "pool_by_class"},
    Form{"by-work", "expected", "duration_by_class"},
    Form{"split", "shares", "share_by_pool"},
    Form{"overflow", "pools", "texts"},
    Form{"warm-pool-first", "pools", "texts"},
    Form{"azure-functions", "functions", "texts"},
    Form{"diurnal", "hours", "weights"},
    Form{"diurnal", "days", "weights"},
    Form{"spikes", "at", "durations"},
    Form{"spikes", "over", "source"},
};

std::optional<std::string_view> form_of(std::string_view owner, std::string_view param) {
    const auto found = std::find_if(kForms.begin(), kForms.end(), [&](const Form& form) {
        return form.owner == owner && form.param == param;
    });
    if (found == kForms.end())
        return std::nullopt;
    return found->definition;
}

Node choice(std::string_view choices) {
    std::vector<Node> words;
    for (std::size_t begin = 0; begin <= choices.size();) {
        const std::size_t end = std::min(choices.find('|', begin), choices.size());
        words.push_back(text(choices.substr(begin, end - begin)));
        begin = end + 1;
    }
    return object({{"enum", list(std::move(words))}});
}

Node nested(std::string_view owner, const ParamSpec& param) {
    if (const auto definition = form_of(owner, param.name))
        return reference(*definition);
    const bool is_list = param.kind == ParamKind::kList;
    if (param.fields.empty())
        return type(is_list ? "array" : "object");
    Node fields = object_of(param.name, param.fields);
    return is_list ? array_of(std::move(fields)) : fields;
}

Node value_schema(std::string_view owner, const ParamSpec& param) {
    switch (param.kind) {
        case ParamKind::kFlag:
            return type("boolean");
        case ParamKind::kInteger:
            return type("integer");
        case ParamKind::kCount:
            return reference("count");
        case ParamKind::kNumber:
            return type("number");
        case ParamKind::kRatio:
            return reference("ratio");
        case ParamKind::kDuration:
            return reference("duration");
        case ParamKind::kBytes:
            return reference("bytes");
        case ParamKind::kByteRate:
            return reference("byte_rate");
        case ParamKind::kRate:
            return reference("rate");
        case ParamKind::kText:
            return type("string");
        case ParamKind::kChoice:
            return choice(param.choices);
        case ParamKind::kPrice:
            return reference("price");
        case ParamKind::kDurationLaw:
            return reference("duration_law");
        case ParamKind::kNumberLaw:
            return reference("number_law");
        case ParamKind::kWallClock:
            return reference("wall_clock");
        case ParamKind::kQuantity:
            return object({{"type", list({text("number"), text("string")})}});
        case ParamKind::kList:
        case ParamKind::kObject:
            return nested(owner, param);
    }
    return object({});
}

/// The default as it would stand in the file.
Node fallback_of(const ParamSpec& param) {
    if (param.kind == ParamKind::kFlag)
        return Node::flag({}, param.fallback == "true");
    if (const auto integer = parse_integer(param.fallback))
        return Node::integer({}, *integer);
    if (const auto number = parse_number(param.fallback))
        return Node::number({}, *number);
    return text(param.fallback);
}

Node property(std::string_view owner, const ParamSpec& param) {
    const Node value = value_schema(owner, param);
    Members members{{"description", text(param.meaning)}};
    members.insert(members.end(), value.members().begin(), value.members().end());
    if (param.presence == Presence::kDefaulted)
        members.emplace_back("default", fallback_of(param));
    return object(std::move(members));
}

Node closed(Members properties, std::vector<Node> required) {
    Members members{{"type", text("object")}, {"properties", object(std::move(properties))}};
    if (!required.empty())
        members.emplace_back("required", list(std::move(required)));
    members.emplace_back("additionalProperties", Node::flag({}, false));
    return object(std::move(members));
}

}  // namespace

Members properties_of(std::string_view owner, std::span<const ParamSpec> params) {
    Members members;
    for (const ParamSpec& param : params) members.emplace_back(param.name, property(owner, param));
    return members;
}

std::vector<Node> required_of(std::span<const ParamSpec> params) {
    std::vector<Node> names;
    for (const ParamSpec& param : params) {
        if (param.presence == Presence::kRequired)
            names.push_back(text(param.name));
    }
    return names;
}

Node object_of(std::string_view owner, std::span<const ParamSpec> params) {
    return closed(properties_of(owner, params), required_of(params));
}

Node named_object(std::string_view key, std::string_view owner, std::span<const ParamSpec> params) {
    Members members = properties_of(owner, params);
    members.emplace(members.begin(), std::string(key), object({{"const", text(owner)}}));
    std::vector<Node> required = required_of(params);
    required.insert(required.begin(), text(key));
    return closed(std::move(members), std::move(required));
}

}  // namespace spillway::schema
