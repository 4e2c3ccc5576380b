#include "calibration/cuda/cuda_backend.hpp"

#include <vector>

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "calibration/cuda/child.hpp"
#include "calibration/cuda/machine.hpp"
#include "calibration/cuda/probes.hpp"
#include "calibration/cuda/sentinel.hpp"
#include "calibration/cuda/unusable.hpp"

namespace spillway {
namespace cuda {
namespace {

static_assert(kStubLibrary == cudaErrorStubLibrary && kInsufficientDriver == cudaErrorInsufficientDriver &&
              kDevicesUnavailable == cudaErrorDevicesUnavailable && kNoDevice == cudaErrorNoDevice);

constexpr int kLeastCapability = 80;  // of the kernels: asynchronous copies and products in bf16

class CudaBackend : public ProbeBackend {
public:
    explicit CudaBackend(const BackendOptions& options)
        : options_(options), monitor_(device_bus_id()), files_(options.folder), sentinel_(device_) {
        for (const auto make : {make_copy_probe, make_bus_probe, make_gemm_probe, make_decode_probe,
                                make_prefill_probe, make_composed_prefill_probe, make_elementwise_probe,
                                make_launch_probe, make_graph_probe, make_all_reduce_probe, make_alloc_probe})
            probes_.push_back(make(device_));
        probes_.push_back(make_disk_probe(device_, files_));
        probes_.push_back(make_load_probe(device_, files_));
        for (const auto make : {make_context_probe, make_library_probe, make_module_probe})
            probes_.push_back(make(options_));
    }

    std::string_view name() const noexcept override { return "cuda"; }
    MachineFacts machine() override { return machine_facts(device_, monitor_, options_); }
    std::span<const std::unique_ptr<Probe>> probes() override { return probes_; }
    std::optional<ClockReading> clocks() override { return monitor_.clocks(); }
    double sentinel_seconds() override { return sentinel_.seconds(); }

private:
    BackendOptions options_;
    Device device_;
    DeviceMonitor monitor_;
    WeightsStore files_;
    Sentinel sentinel_;
    std::vector<std::unique_ptr<Probe>> probes_;
};

RuntimeAnswer ask_runtime() {
    RuntimeAnswer answer;
    answer.code = cudaGetDeviceCount(&answer.devices);
    // Some devices refuse only when they are asked for a context.
    if (answer.code == cudaSuccess && answer.devices > 0)
        answer.code = cudaSetDevice(0);
    if (answer.code == cudaSuccess && answer.devices > 0)
        answer.code = cudaFree(nullptr);
    static_cast<void>(cudaDriverGetVersion(&answer.driver_version));
    static_cast<void>(cudaRuntimeGetVersion(&answer.runtime_version));
    return answer;
}

OpenedBackend open(const BackendOptions& options) {
    const RuntimeAnswer answer = ask_runtime();
    const std::string message = cudaGetErrorString(static_cast<cudaError_t>(answer.code));
    if (std::string sentence = why_unusable(answer, message); !sentence.empty())
        return {nullptr, std::move(sentence)};
    try {
        const int capability = 10 * device_attribute(cudaDevAttrComputeCapabilityMajor) +
                               device_attribute(cudaDevAttrComputeCapabilityMinor);
        if (capability < kLeastCapability)
            return {nullptr,
                    fmt::format("the GPU has compute capability {}.{}, and the probes need 8.0 or later",
                                capability / 10, capability % 10)};
        return {std::make_unique<CudaBackend>(options), {}};
    } catch (const MeasureError& error) {
        return {nullptr, fmt::format("the GPU cannot be used: {}", error.what())};
    }
}

}  // namespace
}  // namespace cuda

const BackendEntry& cuda_backend() {
    static constexpr BackendEntry kEntry{"cuda", "the first NVIDIA GPU that the process sees", cuda::open,
                                         cuda::run_child};
    return kEntry;
}

}  // namespace spillway
