#pragma once

#include <memory>
#include <span>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/core/registry.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Reads a service's own parameters. Throws InputError.
using MakeService = std::unique_ptr<ServiceFactory>(ParamReader&, const ModelContext&);

/// Every service model, in the order in which `spillway list models` prints them.
std::span<const RegistryEntry<MakeService>> service_models();

/// What a service has beside the parameters of its model: "model", the name of one.
std::span<const ParamSpec> service_common_params();

/// Reads {"model": "fixed", "time": "2s"}. Throws InputError for an unknown model and for its parameters.
std::unique_ptr<ServiceFactory> make_service(const ConfigNode& node, const ModelContext& context);

}  // namespace spillway
