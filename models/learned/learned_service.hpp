#pragma once

#include <memory>
#include <span>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

std::span<const ParamSpec> learned_service_params();

/// A language model served token by token as `spillway learn` found it to be. KV memory is what the scenario
/// says, else what the file says, else what the catalogue's model leaves on the GPU. Throws InputError for a
/// file without an engine, when nothing says the KV memory, and for settings that contradict each other.
std::unique_ptr<ServiceFactory> make_learned_service(ParamReader& reader, const ModelContext& context);

}  // namespace spillway
