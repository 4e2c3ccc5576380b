#pragma once

#include <span>

#include "models/cold_start/phase_graph.hpp"
#include "models/cold_start/snapshots.hpp"
#include "models/model_context.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// What a start-up's "snapshot" says.
std::span<const ParamSpec> snapshot_params();

/// Throws InputError for a restore without a time, for one that replaces nothing, and for links that there
/// are not. Requires: the context has a ground.
SnapshotSpec parse_snapshot(const ConfigNode& node, const PhaseGraph& graph, const ModelContext& context);

}  // namespace spillway
