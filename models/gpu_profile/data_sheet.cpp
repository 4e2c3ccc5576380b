#include "models/gpu_profile/data_sheet.hpp"

namespace spillway {
namespace {

constexpr std::array<const char*, kPrecisionCount> kNames{"bf16", "fp8", "nvfp4", "int4", "int8", "fp32"};
// A scale of 8 bits for 16 values of 4 bits, one of 16 bits for 128 of them.
constexpr std::array<double, kPrecisionCount> kWeightBytes{2.0, 1.0, 0.5 + 1.0 / 16, 0.5 + 2.0 / 128,
                                                           1.0, 4.0};
constexpr std::array<double, kPrecisionCount> kActivationBytes{2.0, 1.0, 0.5 + 1.0 / 16, 2.0, 1.0, 4.0};

}  // namespace

const char* precision_name(Precision precision) noexcept {
    return kNames[static_cast<std::size_t>(precision)];
}

std::optional<Precision> parse_precision(const std::string& word) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (word == kNames[i])
            return static_cast<Precision>(i);
    }
    return std::nullopt;
}

std::vector<std::string_view> precision_names() { return {kNames.begin(), kNames.end()}; }

Precision wide_precision(Precision precision) noexcept {
    return precision == Precision::kFp32 ? Precision::kFp32 : Precision::kBf16;
}

double weight_bytes(Precision precision) noexcept {
    return kWeightBytes[static_cast<std::size_t>(precision)];
}

double activation_bytes(Precision precision) noexcept {
    return kActivationBytes[static_cast<std::size_t>(precision)];
}

}  // namespace spillway
