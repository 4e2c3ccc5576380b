#pragma once

#include <initializer_list>

namespace spillway {

/// Times that overlap in part: (sum t^p)^(1/p). Never below the longest nor above the sum; p >= 1.
double overlapped(std::initializer_list<double> seconds, double exponent);

/// Tiles as the multiprocessors spend them: between `tiles` (weight 0) and whole waves (weight 1),
/// geometrically, which keeps it non-decreasing in `tiles`.
double in_waves(double tiles, double multiprocessors, double weight);

}  // namespace spillway
