#include <array>

#include "calibration/cuda/device_monitor.hpp"

namespace spillway::cuda {
namespace {

struct Reason {
    unsigned long long bit;
    const char* name;
};
// nvml.h: nvmlClocksEventReason..., before R535 nvmlClocksThrottleReason...; the values are the same.
constexpr std::array kReasons{
    Reason{0x04, "power cap"},   Reason{0x08, "hardware slowdown"},    Reason{0x10, "sync boost"},
    Reason{0x20, "temperature"}, Reason{0x40, "hardware temperature"}, Reason{0x80, "power brake"}};

}  // namespace

std::vector<std::string> throttle_reasons(unsigned long long bits) {
    std::vector<std::string> names;
    for (const Reason& reason : kReasons) {
        if ((bits & reason.bit) != 0)
            names.emplace_back(reason.name);
    }
    return names;
}

}  // namespace spillway::cuda
