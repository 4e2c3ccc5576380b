#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"

namespace spillway {

// Platforms' configuration files as trees, whatever their syntax. A path leads through them by names and, in
// brackets, members of lists: "policies>[type=Percent]>value", "containers>[0]>image". (Keys of Kubernetes
// hold dots and slashes.)

/// The value at the path, or nullptr. An object stands for a list of it alone, and such a list for its
/// object: Terraform's JSON writes a block either way.
const ConfigNode* find_in_tree(const ConfigNode& root, std::string_view path);

/// `root` with `value` there; objects and lists on the way are made where they are missing, and a member that
/// is chosen by a value gets it.
ConfigNode with_in_tree(const ConfigNode& root, std::string_view path, const ConfigNode& value);

/// What a file has in the place of a value that can be read: the text of an expression.
ConfigNode expression_node(const std::string& where, std::string text);
bool is_expression(const ConfigNode& node);

/// Throws InputError when the value is an expression, which nothing here evaluates.
const ConfigNode& require_value(const ConfigNode& node);

/// Every value that is no object or list, and every empty one of these, in the file's order.
std::vector<const ConfigNode*> leaves_of(const ConfigNode& root);

/// The value as one line of text: a text as it stands, anything else as JSON.
std::string plain_text(const ConfigNode& node);

/// `name` as a DNS label, which Kubernetes and Cloud Run name things by: "H100 pool" is "h100-pool".
std::string dns_label(std::string_view name);

}  // namespace spillway
