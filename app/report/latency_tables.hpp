#pragma once

#include <string>

#include "sim/metrics/summary.hpp"

namespace spillway {

/// The latency of a class: completed requests, failures counted, with and without cold starts, first token.
std::string latency_table(const ClassSummary& one);

/// The parts that its latency is made of.
std::string parts_table(const ClassSummary& one);

}  // namespace spillway
