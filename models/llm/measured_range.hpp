#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/llm/deployment.hpp"
#include "models/llm/empirical.hpp"
#include "models/llm/engine_profile.hpp"
#include "sim/fleet/service_usage.hpp"

namespace spillway {

/// How far the measurements reach that a deployment's times come from, and what of it they do not cover.
struct MeasuredRange {
    std::vector<std::string> marks;   ///< a sentence each: true of every run of this deployment
    std::uint32_t prompt_tokens = 0;  ///< longest prompt that was measured; 0: it is not said
    std::uint32_t sequences = 0;      ///< most at once
};

/// How near the served runs are to a deployment from which its engine's overheads come.
enum class ServedBefore : std::uint8_t {
    kThisModel,  ///< on this GPU, in this precision
    kThisGpu,    ///< other models
    kElsewhere,  ///< on other GPUs
};
ServedBefore served_before(const Deployment& deployment, const EngineProfile& engine);

/// Of times made of kernels and an engine's overheads.
MeasuredRange measured_range(const Deployment& deployment, const EngineProfile& engine);
/// Of times that were fitted to runs. `key` names the deployment.
MeasuredRange measured_range(const FoundEmpirical& found, const DeploymentKey& key);

/// The marks, and those of what a run went beyond.
std::vector<std::string> beyond_measured(const MeasuredRange& range, const ServiceUsage& usage);

}  // namespace spillway
