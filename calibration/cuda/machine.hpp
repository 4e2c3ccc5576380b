#pragma once

#include "calibration/common/backend.hpp"
#include "calibration/cuda/device.hpp"
#include "calibration/cuda/device_monitor.hpp"

namespace spillway::cuda {

/// Device 0's place on the PCI bus. Throws MeasureError.
std::string device_bus_id();

/// The device, the machine around it and the software on it.
MachineFacts machine_facts(const Device& device, const DeviceMonitor& monitor, const BackendOptions& options);

}  // namespace spillway::cuda
