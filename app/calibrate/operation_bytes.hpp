#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "calibration/common/sample_file.hpp"

namespace spillway {

/// Element-wise kernels of Vidur's table of one GPU as samples of probe "ew", with the bytes that each must
/// move. Only batches of 512 tokens or more: below, the table shows the host's launches, which a CUDA graph
/// does not have. Throws InputError as NumberTable does, and for a model whose sizes we do not know.
void import_operations(const std::filesystem::path& file, std::string_view gpu, std::vector<Sample>& samples);

}  // namespace spillway
