#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What a data sheet says of a GPU.
struct GpuFacts {
    std::string name;
    std::int64_t memory_bytes;
    std::string provenance;  ///< where the figure stands
};

/// Every GPU that Spillway knows, smallest memory first.
const std::vector<GpuFacts>& gpu_catalog();

/// Throws InputError at `where` for a name that the catalog lacks, with the nearest one and the list.
const GpuFacts& find_gpu(std::string_view name, const std::string& where);

}  // namespace spillway
