#pragma once

#include <string_view>

#include "app/deploy/deploy_draft.hpp"
#include "app/deploy/deploy_reading.hpp"

namespace spillway {

/// The container of a pod, its GPUs and the nodes that it may run on; `prefix`: the path of the pod's spec.
void put_pod(DeployDraft& draft, DeployPool& pool, std::string_view prefix);

/// Reads GPUs and nodes back.
void take_pod(DeployReading& reading, std::string_view prefix);

}  // namespace spillway
