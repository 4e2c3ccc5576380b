#include "calibration/cuda/unusable.hpp"

#include <fmt/format.h>

namespace spillway::cuda {
namespace {

std::string shown_version(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

/// The first driver branch for a major version (CUDA Toolkit release notes, table of minimum drivers).
std::string needed_driver(int runtime_version) {
    switch (runtime_version / 1000) {
        case 12:
            return " (driver R525 or later for CUDA 12)";
        case 13:
            return " (driver R580 or later for CUDA 13)";
        default:
            return {};
    }
}

}  // namespace

std::string why_unusable(const RuntimeAnswer& answer, const std::string& message) {
    const std::string needed =
        shown_version(answer.runtime_version) + " or later" + needed_driver(answer.runtime_version);
    switch (answer.code) {
        case 0:
            if (answer.devices > 0)
                return {};
            return "the NVIDIA driver shows no GPU: look at CUDA_VISIBLE_DEVICES";
        case kStubLibrary:
            return "the libcuda that was found is the toolkit's stub: take its folder out of "
                   "LD_LIBRARY_PATH, or "
                   "install an NVIDIA driver";
        case kInsufficientDriver:
            if (answer.driver_version == 0)
                return "no NVIDIA driver is installed: this program needs one for CUDA " + needed;
            return fmt::format("a driver for CUDA {} is installed, and this program needs {}",
                               shown_version(answer.driver_version), needed);
        case kDevicesUnavailable:
            return "the GPU is there but not available: another process may hold it exclusively";
        case kNoDevice:
            return "the NVIDIA driver finds no GPU: look at nvidia-smi and CUDA_VISIBLE_DEVICES";
        default:
            return fmt::format("the CUDA runtime cannot be used: {} (code {})", message, answer.code);
    }
}

}  // namespace spillway::cuda
