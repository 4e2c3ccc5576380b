#pragma once

#include <vector>

#include "calibration/common/probe.hpp"
#include "calibration/cuda/device_facts.hpp"

namespace spillway::cuda {

// The points of each probe. Without CUDA, so that they can be looked at where there is none. None of them
// needs more of the device's memory than kMemoryShare, and none is there twice.

std::vector<ProbePoint> copy_points(const DeviceFacts& facts, Effort effort);
std::vector<ProbePoint> bus_points(Effort effort);
std::vector<ProbePoint> gemm_points(const DeviceFacts& facts, Effort effort);
std::vector<ProbePoint> decode_points(const DeviceFacts& facts, Effort effort);
std::vector<ProbePoint> prefill_points(const DeviceFacts& facts, Effort effort);
/// As prefill_points, less those whose scores do not fit.
std::vector<ProbePoint> composed_prefill_points(const DeviceFacts& facts, Effort effort);
std::vector<ProbePoint> elementwise_points(const DeviceFacts& facts, Effort effort);
std::vector<ProbePoint> launch_points();
std::vector<ProbePoint> graph_points();
std::vector<ProbePoint> all_reduce_points(const DeviceFacts& facts, Effort effort);
std::vector<ProbePoint> alloc_points(const DeviceFacts& facts, Effort effort);
std::vector<ProbePoint> load_points(const DeviceFacts& facts, Effort effort);
std::vector<ProbePoint> disk_points(const DeviceFacts& facts, Effort effort);

/// One point for each word of one parameter.
std::vector<ProbePoint> points_of_words(const char* parameter, const std::vector<const char*>& words);

/// The device memory that a point of composed prefill needs; its scores are most of it.
double composed_bytes(const ProbePoint& point);

}  // namespace spillway::cuda
