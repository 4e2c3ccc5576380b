#pragma once

#include <string>

#include "calibration/common/sample_file.hpp"

namespace spillway {

/// How many samples of each kernel and precision were read, how many of them have no time, and which kernels
/// a profile can hold have none at all.
std::string import_report(const SampleFile& samples);

}  // namespace spillway
