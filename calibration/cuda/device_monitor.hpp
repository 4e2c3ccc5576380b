#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calibration/common/probe.hpp"

namespace spillway::cuda {

/// What NVML, the management library that comes with the driver, tells of one GPU. It only reads. Without the
/// library, or where a driver does not answer, values are empty.
class DeviceMonitor {
public:
    /// `bus_id` as cudaDeviceGetPCIBusId has it.
    explicit DeviceMonitor(const std::string& bus_id);
    ~DeviceMonitor();
    DeviceMonitor(const DeviceMonitor&) = delete;
    DeviceMonitor& operator=(const DeviceMonitor&) = delete;

    std::optional<ClockReading> clocks() const;
    std::string driver() const;  ///< "580.65.06"; empty when it is not known
    /// Adds power_limit_watts, pcie_generation and pcie_width, as far as they are known.
    void describe(NamedNumbers& numbers) const;

private:
    struct Library;
    std::unique_ptr<Library> library_;
    void* device_ = nullptr;  // null: nothing is known
};

/// What the bits of NVML's clock event reasons mean; idling and the application's own settings hold nothing
/// back.
std::vector<std::string> throttle_reasons(unsigned long long bits);

}  // namespace spillway::cuda
