#pragma once

#include <span>

#include "models/llm/deployment.hpp"
#include "models/llm/engine_profile.hpp"
#include "models/model_context.hpp"
#include "sim/core/config.hpp"

namespace spillway {

std::span<const ParamSpec> llm_service_params();

/// What is served on what. Throws InputError for an unknown model or GPU, and for one that contradicts the
/// pool's.
Deployment read_deployment(ParamReader& reader, const ModelContext& context, const EngineProfile& engine);

/// The engine's rules on that GPU with the settings in their place, without what depends on memory. Throws
/// InputError for settings out of range and for those that contradict each other.
EngineRules read_rules(ParamReader& reader, const EngineProfile& engine, const Deployment& deployment);

/// Share of the GPU's memory for the engine, `usual` where it is not written.
double read_memory_share(ParamReader& reader, double usual);

}  // namespace spillway
