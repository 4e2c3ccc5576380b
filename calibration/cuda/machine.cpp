#include "calibration/cuda/machine.hpp"

#include <array>

#include <cublasLt.h>
#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "calibration/common/host_facts.hpp"
#include "calibration/cuda/all_reduce_library.hpp"
#include "calibration/cuda/check.hpp"

namespace spillway::cuda {
namespace {

std::string shown_version(std::size_t version) {
    return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

/// cuBLASLt counts as 120301 or 130001: major, minor, patch.
std::string cublas_version() {
    const std::size_t version = cublasLtGetVersion();
    return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

std::string shown_uuid(const cudaUUID_t& uuid) {
    std::string text = "GPU-";
    for (const char byte : uuid.bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

NamedNumbers device_numbers(const Device& device, const DeviceMonitor& monitor) {
    const DeviceFacts& facts = device.facts();
    const double bus_bits = device_attribute(cudaDevAttrGlobalMemoryBusWidth);
    const double memory_khz = device_attribute(cudaDevAttrMemoryClockRate);
    NamedNumbers numbers{{"memory_bytes", facts.memory_bytes},
                         {"multiprocessors", facts.multiprocessors},
                         {"l2_bytes", facts.l2_bytes},
                         {"compute_capability", facts.capability / 10.0},
                         {"memory_bus_bits", bus_bits},
                         {"memory_clock_mhz", memory_khz / 1000},
                         {"core_clock_mhz", device_attribute(cudaDevAttrClockRate) / 1000.0},
                         {"ecc", device_attribute(cudaDevAttrEccEnabled)},
                         {"devices", facts.devices}};
    // Twice: memories of these devices move data at both edges of the clock that the driver tells.
    if (memory_khz > 0 && bus_bits > 0)
        numbers.emplace_back("peak_bandwidth", 2 * memory_khz * 1000 * bus_bits / 8);
    monitor.describe(numbers);
    return numbers;
}

}  // namespace

std::string device_bus_id() {
    std::array<char, 32> text{};
    cuda_check(cudaDeviceGetPCIBusId(text.data(), static_cast<int>(text.size()), 0), "cudaDeviceGetPCIBusId");
    return text.data();
}

MachineFacts machine_facts(const Device& device, const DeviceMonitor& monitor,
                           const BackendOptions& options) {
    cudaDeviceProp properties{};
    cuda_check(cudaGetDeviceProperties(&properties, 0), "cudaGetDeviceProperties");
    int runtime = 0;
    int driver = 0;
    cuda_check(cudaRuntimeGetVersion(&runtime), "cudaRuntimeGetVersion");
    cuda_check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion");
    const HostFacts host = host_facts();
    MachineFacts facts;
    facts.device = properties.name;
    facts.numbers = device_numbers(device, monitor);
    facts.words = {{"device_name", properties.name},
                   {"driver", monitor.driver()},
                   {"driver_cuda", shown_version(static_cast<std::size_t>(driver))},
                   {"cuda_runtime", shown_version(static_cast<std::size_t>(runtime))},
                   {"cublas", cublas_version()},
                   {"nccl", all_reduce_library_version()},
                   {"cpu", host.cpu},
                   {"kernel", host.kernel},
                   {"storage", storage_of(options.folder)},
                   {"date", date_today()},
                   {"revision", source_revision()}};
    if (options.show_uuid)
        facts.words.emplace_back("uuid", shown_uuid(properties.uuid));
    std::erase_if(facts.words, [](const auto& named) { return named.second.empty(); });
    return facts;
}

}  // namespace spillway::cuda
