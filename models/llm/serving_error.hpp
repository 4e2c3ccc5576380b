#pragma once

#include <optional>
#include <string>

#include "models/llm/deployment.hpp"
#include "models/llm/empirical.hpp"
#include "models/llm/engine_core.hpp"
#include "models/llm/engine_profile.hpp"
#include "models/model_context.hpp"

namespace spillway {

/// How far served runs were from what a deployment's times predict, where the fit had not seen the run: means
/// of absolute errors, as docs/accuracy.md has them. Empty: nobody held them against runs.
struct ServingError {
    std::string profile;         ///< whose times they are: "H100 with vllm-0.15"
    std::optional<double> tpot;  ///< taken for the error of every iteration
    std::optional<double> ttft;  ///< taken for that of what comes before the engine's queue
};

/// Of times made of kernels and an engine's overheads. A roofline has none.
ServingError serving_error(const Deployment& deployment, const EngineProfile& engine);
/// Of times that were fitted to runs.
ServingError serving_error(const FoundEmpirical& found, const DeploymentKey& key);

/// Multiplies the times of an engine by what is drawn of their errors.
void draw_serving_error(const ServingError& error, const ModelContext& context, EngineSetup& setup);

}  // namespace spillway
