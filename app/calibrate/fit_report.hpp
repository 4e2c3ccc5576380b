#pragma once

#include <string>

#include "calibration/fit/fit_profile.hpp"

namespace spillway {

/// What `calibrate fit` prints: a line a section, errors by region, the worst points, what was rejected.
std::string fit_report(const ProfileFit& fit);

}  // namespace spillway
