#pragma once

#include "calibration/cuda/device_facts.hpp"
#include "calibration/cuda/memory.hpp"
#include "calibration/cuda/stream.hpp"

namespace spillway::cuda {

/// The device under measurement: device 0 of those that the process sees. Owned by the backend, and outlives
/// its probes and their trials. One thread.
class Device {
public:
    /// Makes the device's context. Throws MeasureError when CUDA refuses.
    Device();

    const DeviceFacts& facts() const noexcept { return facts_; }
    const Stream& stream() const noexcept { return stream_; }
    /// Blocks of a simple kernel that keep all multiprocessors busy.
    int blocks() const noexcept { return 8 * facts_.multiprocessors; }
    /// Enqueues what leaves nothing of the operands in the L2.
    void flush_l2() const;

private:
    DeviceFacts facts_;
    Stream stream_;
    DeviceBuffer flush_;
};

/// An attribute of device 0, by cudaDeviceAttr. Throws MeasureError.
int device_attribute(int attribute);

}  // namespace spillway::cuda
