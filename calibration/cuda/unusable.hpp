#pragma once

#include <string>

namespace spillway::cuda {

// The codes of cudaError_t by which a machine without a usable device answers.
inline constexpr int kStubLibrary = 34;
inline constexpr int kInsufficientDriver = 35;
inline constexpr int kDevicesUnavailable = 46;
inline constexpr int kNoDevice = 100;

/// How the runtime answered when it was asked for devices. Versions are CUDA's: 13000 is 13.0, 0 is none.
struct RuntimeAnswer {
    int code = 0;
    int devices = 0;
    int driver_version = 0;
    int runtime_version = 0;
};

/// Why no device can be measured, in one sentence with what to do about it; empty when one can. `message` is
/// the runtime's own text for the code, for codes that are not foreseen.
std::string why_unusable(const RuntimeAnswer& answer, const std::string& message);

}  // namespace spillway::cuda
