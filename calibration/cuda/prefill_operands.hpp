#pragma once

#include "calibration/common/probe.hpp"
#include "calibration/cuda/device.hpp"
#include "calibration/cuda/kernels/launch.hpp"

namespace spillway::cuda {

/// Queries, keys, values and outputs of one point of prefill attention, one copy.
class PrefillOperands {
public:
    PrefillOperands(const Device& device, const ProbePoint& point);

    const PrefillArguments& arguments() const noexcept { return arguments_; }
    int head_dim() const noexcept { return head_dim_; }
    int batch() const noexcept { return batch_; }

    /// Throws MeasureError unless rows of the output, from the first to the last, are right.
    void check_output() const;

private:
    int head_dim_;
    int batch_;
    DeviceBuffer query_;
    DeviceBuffer keys_;
    DeviceBuffer values_;
    DeviceBuffer output_;
    PrefillArguments arguments_{};
};

}  // namespace spillway::cuda
