#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "calibration/common/probe.hpp"
#include "calibration/cuda/device.hpp"

namespace spillway::cuda {

/// Work that a device can be given again and again, over operands that it has in several copies.
class DeviceWork {
public:
    virtual ~DeviceWork() = default;
    /// Distinct copies of the operands.
    virtual std::size_t copies() const = 0;
    /// Enqueues it once, over copy `copy`. Must be capturable: no allocation, no waiting.
    virtual void enqueue(CUstream_st* stream, std::size_t copy) = 0;
};

/// What is done so that operands are not read from the L2 in which the last repetition left them.
enum class Caches : std::uint8_t {
    kFlush,   ///< the L2 is filled with something else before each sample
    kRotate,  ///< the copies together are larger; what a layer before would leave in the L2 stays there
};

/// So many copies of `bytes` of operands that together they are over three times the L2, at most `most`.
std::size_t copies_beyond_l2(const DeviceFacts& facts, double bytes, std::size_t most);

/// Warms the work up and times it by events: the host enqueues all of a sample while a kernel spins, so that
/// no launch latency is in it. Work under 20 us runs in a graph of 20 or more, each on the next copy, and a
/// sample is the graph's time over their number.
std::unique_ptr<Trial> timed_trial(const Device& device, std::unique_ptr<DeviceWork> work, Caches caches);

}  // namespace spillway::cuda
