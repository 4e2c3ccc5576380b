#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/common/sample_file.hpp"

namespace spillway {

/// Reads the published kernel tables of one GPU from the folder that holds them (gemm_*.csv, attn_*.csv,
/// allreduce_custom.csv, vidur_mlp.csv). A time that is no number is kept as NaN: the fit counts it. Throws
/// InputError for a GPU without tables, a missing file, a missing column and a size that is no number.
SampleFile import_tables(const std::filesystem::path& folder, std::string_view gpu);

/// GPUs that have tables.
std::vector<std::string_view> table_gpus();

}  // namespace spillway
