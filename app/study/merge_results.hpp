#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "app/study/result_store.hpp"

namespace spillway {

/// Joins results of one study into a new file `out`, which takes the place of what is there once it is whole.
/// Throws InputError for files of different studies, for a point that two of them have, and when `out` is one
/// of them.
ResultStore merge_results(std::span<const std::filesystem::path> shards, const std::filesystem::path& out);

/// The points that have no result.
std::vector<std::uint64_t> missing_points(const ResultStore& store);

}  // namespace spillway
