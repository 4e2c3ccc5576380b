#pragma once

#include <memory>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// A language model served token by token, with continuous batching, by the parameters of llm_params. Throws
/// InputError for an unknown model, GPU or engine, for a model that does not fit the GPU's memory, and for
/// settings that contradict each other.
std::unique_ptr<ServiceFactory> make_llm_service(ParamReader& reader, const ModelContext& context);

}  // namespace spillway
