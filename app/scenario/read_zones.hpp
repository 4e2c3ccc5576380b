#pragma once

#include "app/scenario/scenario.hpp"

namespace spillway {

/// Reads a zone: what fails together, when, and when it has spot capacity. A trace of availability is looked
/// for in `folder`. Throws InputError for a member out of range and a trace that cannot be used.
ZoneSpec read_zone_spec(ParamReader& reader, const std::filesystem::path& folder);

/// A rate at which something fails. Throws InputError above one a second: each is an event.
double read_fault_rate(ParamReader& reader, std::string_view name);

}  // namespace spillway
