#pragma once

namespace spillway::cuda {

/// What grids and probes need to know of the device.
struct DeviceFacts {
    double memory_bytes = 0;
    double l2_bytes = 0;
    int multiprocessors = 0;
    int capability = 0;  ///< compute capability times ten: 90
    int devices = 1;     ///< that this process sees
};

/// Operands of one point may take this share of the device's memory.
inline constexpr double kMemoryShare = 0.7;

inline constexpr int kFp8Capability = 89;

}  // namespace spillway::cuda
