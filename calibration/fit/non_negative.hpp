#pragma once

#include <vector>

namespace spillway {

/// min |a x - b| with x >= 0, `a` by rows (Lawson and Hanson 1974, chapter 23). Requires: at least one row.
std::vector<double> fit_non_negative(const std::vector<std::vector<double>>& a, const std::vector<double>& b);

}  // namespace spillway
