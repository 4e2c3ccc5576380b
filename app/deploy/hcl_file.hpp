#pragma once

#include <string>
#include <string_view>

#include "sim/core/config.hpp"

namespace spillway {

/// A Terraform file as the tree that its JSON form has: a block is an object under its type and its labels,
/// several of one type a list. Values are texts without templates, numbers, flags, lists and maps of these;
/// anything else is an expression (config_tree.hpp). Places are "FILE:LINE: path". Throws InputError with
/// file and line for what is not built so.
ConfigNode read_hcl(std::string_view text, const std::string& shown);

/// The body of a block as `terraform fmt` lays it out, indented by `depth` steps. An object is a block,
/// except `limits`, which is a map.
std::string hcl_text(const ConfigNode& body, int depth);

}  // namespace spillway
