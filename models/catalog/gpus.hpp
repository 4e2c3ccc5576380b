#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What is known of a GPU.
struct GpuFacts {
    std::string name;
    std::optional<std::int64_t> memory_bytes;  ///< empty: no source states it
    std::string provenance;                    ///< where the figure stands, or that it stands nowhere
};

/// Every GPU that Spillway knows, smallest memory first, unknown ones last.
const std::vector<GpuFacts>& gpu_catalog();

/// Throws InputError at `where` for a name that the catalog lacks, with the nearest one and the list.
const GpuFacts& find_gpu(std::string_view name, const std::string& where);

}  // namespace spillway
