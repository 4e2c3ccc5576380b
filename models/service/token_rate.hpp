#pragma once

#include <memory>
#include <span>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Requests whose time is linear in their tokens, the same however many run beside them:
/// first token = overhead + input / prefill rate, last token = first + (output - 1) / decode rate.
std::span<const ParamSpec> token_rate_service_params();

/// Throws InputError for a rate that is not above 0.
std::unique_ptr<ServiceFactory> make_token_rate_service(ParamReader& reader, const ModelContext& context);

}  // namespace spillway
