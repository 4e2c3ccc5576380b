#include <cuda_runtime_api.h>

#include "calibration/common/mapped_memory.hpp"
#include "calibration/common/stopwatch.hpp"
#include "calibration/cuda/check.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/probes.hpp"

namespace spillway::cuda {
namespace {

/// cudaMalloc alone.
class DeviceAllocation : public Trial {
public:
    explicit DeviceAllocation(std::size_t bytes) : bytes_(bytes) { sample(); }
    double sample() override {
        DeviceBuffer buffer;
        return seconds_of([&] { buffer = DeviceBuffer(bytes_); });
    }

private:
    std::size_t bytes_;
};

/// The first writes to memory that was just allocated.
class FirstTouch : public Trial {
public:
    FirstTouch(const Stream& stream, std::size_t bytes) : stream_(stream), bytes_(bytes) { sample(); }
    double sample() override {
        const DeviceBuffer buffer(bytes_);
        return seconds_of([&] {
            cuda_check(cudaMemsetAsync(buffer.get(), 1, bytes_, stream_.get()), "cudaMemsetAsync");
            stream_.wait();
        });
    }

private:
    const Stream& stream_;
    std::size_t bytes_;
};

/// Host memory allocated and pinned at once.
class PinnedAllocation : public Trial {
public:
    explicit PinnedAllocation(std::size_t bytes) : bytes_(bytes) { sample(); }
    double sample() override {
        void* pointer = nullptr;
        const double seconds = seconds_of(
            [&] { cuda_check(cudaHostAlloc(&pointer, bytes_, cudaHostAllocDefault), "cudaHostAlloc"); });
        cuda_check(cudaFreeHost(pointer), "cudaFreeHost");
        return seconds;
    }

private:
    std::size_t bytes_;
};

/// Host memory that is there and touched already, pinned. In pages of the usual size, as most programs' are.
class Registration : public Trial {
public:
    explicit Registration(std::size_t bytes) : memory_(bytes, PageSize::kUsual) {
        memory_.touch();
        sample();
    }
    double sample() override {
        const std::span<std::byte> bytes = memory_.bytes();
        const double seconds = seconds_of([&] {
            cuda_check(cudaHostRegister(bytes.data(), bytes.size(), cudaHostRegisterDefault),
                       "cudaHostRegister");
        });
        cuda_check(cudaHostUnregister(bytes.data()), "cudaHostUnregister");
        return seconds;
    }

private:
    MappedMemory memory_;
};

class AllocProbe : public Probe {
public:
    explicit AllocProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "alloc"; }
    std::string_view summary() const noexcept override {
        return "Allocation of device memory and its first touch, and pinning of host memory.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return alloc_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        const std::size_t bytes = point.size("bytes");
        if (point.word("what") == "device")
            return PreparedPoint::ready(std::make_unique<DeviceAllocation>(bytes));
        if (point.word("what") == "device_touch")
            return PreparedPoint::ready(std::make_unique<FirstTouch>(device_.stream(), bytes));
        if (point.word("what") == "pinned")
            return PreparedPoint::ready(std::make_unique<PinnedAllocation>(bytes));
        return PreparedPoint::ready(std::make_unique<Registration>(bytes));
    }
    StopRule stop_rule(const StopRule& usual) const override {
        StopRule rule = usual;
        rule.most = 50;  // gigabytes are pinned each time
        return rule;
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_alloc_probe(const Device& device) { return std::make_unique<AllocProbe>(device); }

}  // namespace spillway::cuda
