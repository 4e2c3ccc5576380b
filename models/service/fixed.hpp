#pragma once

#include <memory>
#include <span>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Requests whose time on a worker is a constant, a draw from a law, or what the trace measured for each; the
/// same however many run beside it.
std::span<const ParamSpec> fixed_service_params();

/// Throws InputError unless exactly one of a time and the trace's own is asked for.
std::unique_ptr<ServiceFactory> make_fixed_service(ParamReader& reader, const ModelContext& context);

}  // namespace spillway
