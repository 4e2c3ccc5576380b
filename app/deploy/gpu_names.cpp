#include "app/deploy/gpu_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "models/catalog/gpus.hpp"

namespace spillway {
namespace {

constexpr std::size_t kNamings = 6;

struct GpuNameRow {
    std::string_view gpu;
    std::array<std::string_view, kNamings> names;  ///< by GpuNaming; the first row of a group is its GPU
};

constexpr std::array kGpuNameRows{
    GpuNameRow{"L4", {"NVIDIA L4", "AMPERE_24", "NVIDIA-L4", "L4", "L4", "nvidia-l4"}},
    GpuNameRow{"L40S", {"NVIDIA L40S", "ADA_48_PRO", "NVIDIA-L40S", "L40S", "L40S", ""}},
    GpuNameRow{"A100-80GB",
               {"NVIDIA A100-SXM4-80GB", "AMPERE_80", "NVIDIA-A100-SXM4-80GB", "A100-80GB", "A100-80GB",
                "nvidia-a100-80gb"}},
    GpuNameRow{
        "H100",
        {"NVIDIA H100 80GB HBM3", "ADA_80_PRO", "NVIDIA-H100-80GB-HBM3", "H100", "H100", "nvidia-h100-80gb"}},
    GpuNameRow{"H200", {"NVIDIA H200", "HOPPER_141", "NVIDIA-H200", "H200", "H200", "nvidia-h200-141gb"}},
    GpuNameRow{"B200", {"NVIDIA B200", "BLACKWELL_180", "NVIDIA-B200", "B200", "B200", "nvidia-b200"}},
    GpuNameRow{"RTX-PRO-6000",
               {"NVIDIA RTX PRO 6000 Blackwell Server Edition", "BLACKWELL_96",
                "NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", "RTX-PRO-6000", "RTXPRO6000",
                "nvidia-rtx-pro-6000"}},
    GpuNameRow{"A40", {"NVIDIA A40", "AMPERE_48", "NVIDIA-A40", "", "A40", ""}},
    GpuNameRow{"A6000", {"NVIDIA RTX A6000", "AMPERE_48", "NVIDIA-RTX-A6000", "", "RTXA6000", ""}},
    GpuNameRow{"L40", {"NVIDIA L40", "ADA_48_PRO", "NVIDIA-L40", "", "L40", ""}},
    GpuNameRow{"RTX6000Ada",
               {"NVIDIA RTX 6000 Ada Generation", "ADA_48_PRO", "NVIDIA-RTX-6000-Ada-Generation", "",
                "RTX6000-Ada", ""}},
    GpuNameRow{"RTX4090",
               {"NVIDIA GeForce RTX 4090", "ADA_24", "NVIDIA-GeForce-RTX-4090", "", "RTX4090", ""}},
    GpuNameRow{"RTX3090",
               {"NVIDIA GeForce RTX 3090", "AMPERE_24", "NVIDIA-GeForce-RTX-3090", "", "RTX3090", ""}},
    GpuNameRow{"A5000", {"NVIDIA RTX A5000", "AMPERE_24", "NVIDIA-RTX-A5000", "", "RTXA5000", ""}},
    GpuNameRow{"A4000", {"NVIDIA RTX A4000", "AMPERE_16", "NVIDIA-RTX-A4000", "", "RTXA4000", ""}},
    GpuNameRow{"A4500", {"NVIDIA RTX A4500", "AMPERE_16", "NVIDIA-RTX-A4500", "", "RTXA4500", ""}},
    GpuNameRow{"RTX4000",
               {"NVIDIA RTX 4000 Ada Generation", "AMPERE_16", "NVIDIA-RTX-4000-Ada-Generation", "",
                "RTX4000-Ada", ""}},
    GpuNameRow{"A100-40GB", {"", "", "NVIDIA-A100-SXM4-40GB", "A100-40GB", "A100", "nvidia-tesla-a100"}},
    GpuNameRow{"A10", {"", "", "NVIDIA-A10", "A10", "A10", ""}},
    GpuNameRow{"A10G", {"", "", "NVIDIA-A10G", "", "A10G", ""}},
    GpuNameRow{"T4", {"", "", "Tesla-T4", "T4", "T4", "nvidia-tesla-t4"}},
    GpuNameRow{"V100", {"", "", "Tesla-V100-SXM2-16GB", "", "V100", "nvidia-tesla-v100"}},
    GpuNameRow{"GH200", {"", "", "NVIDIA-GH200-480GB", "", "GH200", ""}},
};

bool same_but_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

}  // namespace

std::string_view gpu_name_of(GpuNaming naming, std::string_view gpu) {
    for (const GpuNameRow& row : kGpuNameRows) {
        if (row.gpu == gpu)
            return row.names[static_cast<std::size_t>(naming)];
    }
    return {};
}

std::optional<std::string> gpu_named(GpuNaming naming, std::string_view name) {
    for (const GpuNameRow& row : kGpuNameRows) {
        const std::string_view theirs = row.names[static_cast<std::size_t>(naming)];
        if (!theirs.empty() && same_but_case(theirs, name))
            return std::string(row.gpu);
    }
    if (naming == GpuNaming::kModal && same_but_case(name, "A10G"))  // its former name there
        return "A10";
    const GpuFacts* known = gpu_of_price_list(name);
    return known != nullptr ? std::optional(known->name) : std::nullopt;
}

}  // namespace spillway
