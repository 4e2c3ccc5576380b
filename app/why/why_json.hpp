#pragma once

#include <string>

#include "app/why/why_run.hpp"

namespace spillway {

/// The same as the text tells, times in seconds.
std::string why_json(const RequestAnswer& answer);
std::string why_json(const BandAnswer& answer);

}  // namespace spillway
