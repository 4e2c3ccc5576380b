#pragma once

#include <memory>
#include <span>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/fleet/startup_model.hpp"

namespace spillway {

/// What a pool's start-up says: its phases and how it fails.
std::span<const ParamSpec> startup_params();

/// Reads {"phases": [...], "snapshot": {...}, "failure": {...}}, the list of phases alone, {"learned": FILE}
/// or
/// {"preset": NAME, ...}. Throws InputError for phases that are missing, unknown, circular or without a time.
std::unique_ptr<StartupModel> make_startup(const ConfigNode& node, const ModelContext& context);

}  // namespace spillway
