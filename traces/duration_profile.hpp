#pragma once

#include <map>
#include <string>

#include "sim/core/distribution.hpp"
#include "traces/reader_params.hpp"

namespace spillway {

/// Reads how long each function runs: a table with one row a function and columns of percentiles in
/// milliseconds, "dur_p0" ... "dur_p100" or the publisher's "percentile_Average_0" ...
/// "percentile_Average_100", linear between them. Throws InputError when percentiles are missing, are no
/// numbers or descend.
std::map<std::string, Distribution, std::less<>> read_duration_profile(const TraceFile& file);

}  // namespace spillway
