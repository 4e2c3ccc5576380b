#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spillway {

/// Who names a GPU.
enum class GpuNaming : std::uint8_t {
    kRunpod,       ///< RunPod's gpuTypeIds: "NVIDIA H100 80GB HBM3"
    kRunpodGroup,  ///< RunPod's gpuIds, a group of like GPUs: "ADA_80_PRO"
    kNodeLabel,    ///< nvidia.com/gpu.product, by GPU feature discovery: "NVIDIA-H100-80GB-HBM3"
    kModal,        ///< "H100"
    kSkyPilot,     ///< "H100"
    kGoogle,       ///< accelerators of Google Cloud: "nvidia-h100-80gb"
};

/// What they call a GPU of Spillway's catalogue; empty: they have none, or no name for it that we know.
std::string_view gpu_name_of(GpuNaming naming, std::string_view gpu);

/// The catalogue's name of what they call so; of a group, the first in it. Price lists' names count too.
std::optional<std::string> gpu_named(GpuNaming naming, std::string_view name);

}  // namespace spillway
