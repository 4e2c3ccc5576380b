#pragma once

#include <string>
#include <vector>

#include "calibration/fit/drift.hpp"

namespace spillway {

/// A line a probe for people, with what stands out below, and how many of each verdict there are first.
std::string drift_report(const std::vector<ProbeDrift>& drifts, double threshold);

/// Whether nothing got slower, went missing or stayed unclear.
bool holds_still(const std::vector<ProbeDrift>& drifts);

}  // namespace spillway
