#pragma once

#include "calibration/cuda/device.hpp"
#include "calibration/cuda/matmul.hpp"

namespace spillway::cuda {

/// The same product whenever it is asked for, so that a device that drifts is found out. It is bound by the
/// multiprocessors, whose clock is what heat and power change.
class Sentinel {
public:
    explicit Sentinel(const Device& device);

    /// The device's time for one product. The first call keeps the device busy until its clocks are up.
    double seconds();

private:
    double time_products();

    const Device& device_;
    Matmul matmul_;
    DeviceBuffer weights_;
    DeviceBuffer input_;
    DeviceBuffer output_;
    Event begin_;
    Event end_;
    bool warm_ = false;
};

}  // namespace spillway::cuda
