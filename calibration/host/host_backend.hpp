#pragma once

#include "calibration/common/backend.hpp"

namespace spillway {

/// The machine's own processors, memory, storage and processes. Usable on any Linux.
const BackendEntry& host_backend();

}  // namespace spillway
