#pragma once

#include "calibration/common/backend.hpp"

namespace spillway {

/// Probes of the first GPU that the process sees (CUDA_VISIBLE_DEVICES), compute capability 8.0 or later.
const BackendEntry& cuda_backend();

}  // namespace spillway
