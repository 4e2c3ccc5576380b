#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// How weights and activations of a matrix product are held, or the keys and values of a cache.
enum class Precision : std::uint8_t {
    kBf16,
    kFp8,
    kNvfp4,  ///< 4 bits and a scale of 8 bits for each 16 values
    kInt4,   ///< weights alone: 4 bits and a scale of 16 bits for each 128 values; computes in bf16
    kInt8,   ///< weights and activations
    kFp32,   ///< of processors that have nothing shorter
};
inline constexpr std::size_t kPrecisionCount = 6;

/// "bf16", "fp8", "nvfp4", "int4", "int8", "fp32": as files and users write it.
const char* precision_name(Precision precision) noexcept;
/// Empty for another word.
std::optional<Precision> parse_precision(const std::string& word);

/// All of them, in the order of the enumerators.
std::vector<std::string_view> precision_names();

/// What is held and computed beside quantised products: activations between them, queries, the output matrix.
/// bf16, but fp32 with fp32.
Precision wide_precision(Precision precision) noexcept;

/// What one value of a weight takes, its share of the scales included.
double weight_bytes(Precision precision) noexcept;
/// What one value of an activation takes as the tensor cores read it.
double activation_bytes(Precision precision) noexcept;

/// What the vendor states of a GPU. Rates are peaks in bytes and operations a second, without sparsity.
struct DataSheet {
    double memory_bytes = 0;
    double memory_bandwidth = 0;
    double l2_bytes = 0;
    double multiprocessors = 0;
    std::array<double, kPrecisionCount> flops{};  ///< by Precision; 0: the tensor cores lack it
    double link_bandwidth = 0;  ///< to the other GPUs of a node, one direction (NVLink, or PCIe without it)
    double pcie_bandwidth = 0;  ///< to the host, one direction
    std::string source;

    /// The peak of products with such weights: int4 weights compute in bf16. 0: there is none.
    double flops_of(Precision weights) const noexcept {
        return flops[static_cast<std::size_t>(weights == Precision::kInt4 ? Precision::kBf16 : weights)];
    }
    /// To the other GPUs, beside PCIe.
    bool has_own_link() const noexcept { return link_bandwidth > pcie_bandwidth; }
};

}  // namespace spillway
