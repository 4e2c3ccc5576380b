#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/config.hpp"

// What a JSON Schema is put together from: the value type that configuration is read into, here to be
// written.
namespace spillway::schema {

using Node = ConfigNode;
using Members = std::vector<ConfigNode::Member>;

inline Node text(std::string_view value) { return Node::text({}, std::string(value)); }
inline Node object(Members members) { return Node::object({}, std::move(members)); }
inline Node list(std::vector<Node> items) { return Node::list({}, std::move(items)); }

/// {"type": name}
inline Node type(std::string_view name) { return object({{"type", text(name)}}); }
/// {"$ref": "#/$defs/name"}
inline Node reference(std::string_view name) {
    return object({{"$ref", text("#/$defs/" + std::string(name))}});
}
/// {"anyOf": [...]}
inline Node any_of(std::vector<Node> choices) { return object({{"anyOf", list(std::move(choices))}}); }
/// An array of `items`.
inline Node array_of(Node items) { return object({{"type", text("array")}, {"items", std::move(items)}}); }
/// An object with any names, each member like `values`.
inline Node map_of(Node values) {
    return object({{"type", text("object")}, {"additionalProperties", std::move(values)}});
}
/// Text of the form `regex`.
inline Node pattern(std::string_view regex, std::string_view example) {
    return object({{"type", text("string")}, {"pattern", text(regex)}, {"examples", list({text(example)})}});
}

}  // namespace spillway::schema
