#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "app/study/metric.hpp"

namespace spillway {

/// Which of the pairs no other beats: another is as good in both figures and better in one. Lower is better
/// unless its direction says otherwise. Pairs without a value are on no front. In the order of the first
/// figure, from the best on; of equal pairs, the first. Requires: directions that say what is better.
std::vector<std::size_t> pareto_front(std::span<const std::optional<std::pair<double, double>>> pairs,
                                      Direction first, Direction second);

}  // namespace spillway
