#pragma once

#include <string>

#include "app/why/why_run.hpp"

namespace spillway {

/// A band for people: its requests' time by cause, the rules whose starts they waited for with the lag of
/// their decisions, and the three most typical requests.
std::string band_text(const BandAnswer& answer);

/// "p99", "p99.5".
std::string percentile_name(Quantile percentile);

}  // namespace spillway
