#pragma once

#include <string>

#include "sim/metrics/summary.hpp"

namespace spillway {

// `of` follows the heading, where a reader has to be told whose figures these are.

/// The latency of a class: completed requests, failures counted, with and without cold starts, first token.
std::string latency_table(const ClassSummary& one, const std::string& of = {});

/// The parts that its latency is made of.
std::string parts_table(const ClassSummary& one, const std::string& of = {});

}  // namespace spillway
