#include "calibration/cuda/device_monitor.hpp"

#include <array>

#include "calibration/cuda/dynamic_library.hpp"

namespace spillway::cuda {

// nvml.h comes with a part of the toolkit that is often not installed; what is used of it stands here.
namespace {

constexpr int kSuccess = 0;
constexpr int kCoreClock = 1;    // NVML_CLOCK_SM
constexpr int kMemoryClock = 2;  // NVML_CLOCK_MEM
constexpr int kGpuSensor = 0;    // NVML_TEMPERATURE_GPU

}  // namespace

struct DeviceMonitor::Library {
    DynamicLibrary file{"libnvidia-ml.so.1"};
    int (*init)() = nullptr;
    int (*shut_down)() = nullptr;
    int (*device_by_bus_id)(const char* bus_id, void** device) = nullptr;
    int (*clock)(void* device, int kind, unsigned* megahertz) = nullptr;
    int (*reasons)(void* device, unsigned long long* bits) = nullptr;
    int (*temperature)(void* device, int sensor, unsigned* celsius) = nullptr;
    int (*power)(void* device, unsigned* milliwatts) = nullptr;
    int (*power_limit)(void* device, unsigned* milliwatts) = nullptr;
    int (*driver_version)(char* text, unsigned length) = nullptr;
    int (*pcie_generation)(void* device, unsigned* generation) = nullptr;
    int (*pcie_width)(void* device, unsigned* lanes) = nullptr;
    bool begun = false;

    Library() {
        if (!file.find("nvmlInit_v2", init) || !file.find("nvmlShutdown", shut_down) ||
            !file.find("nvmlDeviceGetHandleByPciBusId_v2", device_by_bus_id))
            return;
        file.find("nvmlDeviceGetClockInfo", clock);
        if (!file.find("nvmlDeviceGetCurrentClocksEventReasons", reasons))
            file.find("nvmlDeviceGetCurrentClocksThrottleReasons", reasons);
        file.find("nvmlDeviceGetTemperature", temperature);
        file.find("nvmlDeviceGetPowerUsage", power);
        file.find("nvmlDeviceGetEnforcedPowerLimit", power_limit);
        file.find("nvmlSystemGetDriverVersion", driver_version);
        file.find("nvmlDeviceGetMaxPcieLinkGeneration", pcie_generation);
        file.find("nvmlDeviceGetMaxPcieLinkWidth", pcie_width);
        begun = init() == kSuccess;
    }
    ~Library() {
        if (begun)
            shut_down();
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

namespace {

/// What a question with one number for an answer is answered; empty when it is not.
template <class Question, class... Arguments>
std::optional<double> answer(Question* question, Arguments... arguments) {
    unsigned value = 0;
    if (question == nullptr || question(arguments..., &value) != kSuccess)
        return std::nullopt;
    return value;
}

}  // namespace

DeviceMonitor::DeviceMonitor(const std::string& bus_id) : library_(std::make_unique<Library>()) {
    if (!library_->begun || library_->device_by_bus_id(bus_id.c_str(), &device_) != kSuccess)
        device_ = nullptr;
}

DeviceMonitor::~DeviceMonitor() = default;

std::optional<ClockReading> DeviceMonitor::clocks() const {
    if (device_ == nullptr)
        return std::nullopt;
    ClockReading reading;
    reading.core_mhz = answer(library_->clock, device_, kCoreClock).value_or(0);
    reading.memory_mhz = answer(library_->clock, device_, kMemoryClock).value_or(0);
    reading.celsius = answer(library_->temperature, device_, kGpuSensor).value_or(0);
    reading.watts = answer(library_->power, device_).value_or(0) / 1000;
    unsigned long long bits = 0;
    if (library_->reasons != nullptr && library_->reasons(device_, &bits) == kSuccess)
        reading.throttled_by = throttle_reasons(bits);
    return reading;
}

std::string DeviceMonitor::driver() const {
    std::array<char, 96> text{};
    if (!library_->begun || library_->driver_version == nullptr ||
        library_->driver_version(text.data(), static_cast<unsigned>(text.size())) != kSuccess)
        return {};
    return text.data();
}

void DeviceMonitor::describe(NamedNumbers& numbers) const {
    if (device_ == nullptr)
        return;
    if (const auto milliwatts = answer(library_->power_limit, device_))
        numbers.emplace_back("power_limit_watts", *milliwatts / 1000);
    if (const auto generation = answer(library_->pcie_generation, device_))
        numbers.emplace_back("pcie_generation", *generation);
    if (const auto lanes = answer(library_->pcie_width, device_))
        numbers.emplace_back("pcie_width", *lanes);
}

}  // namespace spillway::cuda
