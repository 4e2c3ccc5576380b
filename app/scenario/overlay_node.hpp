#pragma once

#include "sim/core/config.hpp"

namespace spillway {

/// `over` laid over `base`: objects member by member, null takes a member away, everything else takes the
/// place of what was there. An object that names another thing than the base does (its "name", "model",
/// "catalog" or "preset" differs) takes its place as a whole: the parameters of one policy mean nothing to
/// another. So do a name alone, and phases of a start where the base has a preset. Members keep their places
/// in their files for errors; a merged object has that of `over`.
ConfigNode overlay_node(const ConfigNode& base, const ConfigNode& over);

/// The same for two objects whose own names say nothing, such as pools.
ConfigNode overlay_members(const ConfigNode& base, const ConfigNode& over);

/// `object` with `member` in the place of the one of that name, or at its end.
ConfigNode with_member(const ConfigNode& object, ConfigNode::Member member);
/// `object` without the member of that name.
ConfigNode without_member(const ConfigNode& object, std::string_view name);

}  // namespace spillway
