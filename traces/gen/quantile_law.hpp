#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/core/distribution.hpp"

namespace spillway {

/// The law through the given (probability, value) points, ascending in both and from probability 0 to 1,
/// whose mean is the given one too. Straight lines between the points would not do: above the median of a
/// long-tailed law most of a segment's mass lies at its lower end. Each segment gets a knee on its other
/// diagonal, at the same place of all of them. Empty when no law through these points has that mean.
std::optional<Distribution> quantiles_with_mean(const std::vector<std::pair<double, double>>& points,
                                                double mean);

}  // namespace spillway
