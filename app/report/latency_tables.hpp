#pragma once

#include <string>

#include "sim/metrics/summary.hpp"

namespace spillway {

// `of` follows the heading, where a reader has to be told whose figures these are.

/// The latency of a class: completed requests, failures counted, with and without cold starts, tokens. `itl`
/// is over all classes.
std::string latency_table(const ClassSummary& one, const LatencyFigures& itl, const std::string& of = {});

/// The parts that its latency is made of.
std::string parts_table(const ClassSummary& one, const std::string& of = {});

}  // namespace spillway
