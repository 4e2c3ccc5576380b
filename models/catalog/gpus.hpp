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
    /// Other names that price lists have for it. The form that its kernels were measured on comes first.
    std::vector<std::string> also;
};

/// Every GPU that Spillway knows, smallest memory first, unknown ones last.
const std::vector<GpuFacts>& gpu_catalog();

/// Throws InputError at `where` for a name that the catalog lacks, with the nearest one and the list.
const GpuFacts& find_gpu(std::string_view name, const std::string& where);

/// What a price list calls `name`: a GPU of the catalog under its own name or another, or nullptr.
const GpuFacts* gpu_of_price_list(std::string_view name);

}  // namespace spillway
