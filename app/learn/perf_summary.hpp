#pragma once

#include "app/learn/mean_run.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// The figures of a summary of genai-perf or AIPerf: {"time_to_first_token": {"unit": "ms", "avg": 95},
/// "inter_token_latency": ..., "input_sequence_length": ..., "input_config": {...}}. Throws InputError for a
/// summary that lacks one of them.
MeanFigures summary_figures(const ConfigNode& summary);

/// The first model that its configuration names; empty: none.
std::string summary_model(const ConfigNode& summary);

}  // namespace spillway
