#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

// JSON objects as text, for the report to put together.

/// Inter-token latency: `gaps` and the figures of a distribution.
std::string itl_json(const LatencyFigures& itl);

/// What the engines of a pool did. Requires: it has engines.
std::string engine_json(const PoolResult& pool);

}  // namespace spillway
