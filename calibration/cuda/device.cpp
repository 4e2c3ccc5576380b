#include "calibration/cuda/device.hpp"

#include <cuda_runtime_api.h>

#include "calibration/cuda/check.hpp"
#include "calibration/cuda/kernels/launch.hpp"

namespace spillway::cuda {
namespace {

DeviceFacts read_facts() {
    DeviceFacts facts;
    std::size_t free_bytes = 0;
    std::size_t bytes = 0;
    cuda_check(cudaSetDevice(0), "cudaSetDevice");
    cuda_check(cudaMemGetInfo(&free_bytes, &bytes), "cudaMemGetInfo");
    facts.memory_bytes = static_cast<double>(bytes);
    facts.l2_bytes = device_attribute(cudaDevAttrL2CacheSize);
    facts.multiprocessors = device_attribute(cudaDevAttrMultiProcessorCount);
    facts.capability = 10 * device_attribute(cudaDevAttrComputeCapabilityMajor) +
                       device_attribute(cudaDevAttrComputeCapabilityMinor);
    cuda_check(cudaGetDeviceCount(&facts.devices), "cudaGetDeviceCount");
    return facts;
}

}  // namespace

int device_attribute(int attribute) {
    int value = 0;
    cuda_check(cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(attribute), 0),
               "cudaDeviceGetAttribute");
    return value;
}

Device::Device() : facts_(read_facts()), flush_(static_cast<std::size_t>(2 * facts_.l2_bytes)) {
    cuda_check(cudaMemset(flush_.get(), 0, flush_.bytes()), "cudaMemset");
}

void Device::flush_l2() const { launch_read(flush_.get(), flush_.bytes(), blocks(), stream_.get()); }

}  // namespace spillway::cuda
