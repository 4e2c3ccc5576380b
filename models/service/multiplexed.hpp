#pragma once

#include <memory>
#include <span>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Several small models on one worker, each serving its classes by a service of its own. A request whose
/// model is not in memory waits in the engine's queue while it is loaded, one load at a time; models without
/// requests make room, least recently used first, unless they are pinned.
std::span<const ParamSpec> multiplexed_service_params();

/// Throws InputError for models that can never be in memory together with the pinned ones, a class without a
/// model or with two, and services that cannot share a worker.
std::unique_ptr<ServiceFactory> make_multiplexed_service(ParamReader& reader, const ModelContext& context);

}  // namespace spillway
