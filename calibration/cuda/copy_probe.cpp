#include <cstring>
#include <vector>

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "calibration/cuda/check.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/probes.hpp"
#include "calibration/cuda/timed_trial.hpp"

namespace spillway::cuda {
namespace {

constexpr std::size_t kMostCopies = 64;

/// Device memory to device memory, over pairs of buffers in turn.
class CopyWork : public DeviceWork {
public:
    CopyWork(const Device& device, const ProbePoint& point)
        : bytes_(point.size("bytes")),
          by_kernel_(point.word("via") == "kernel"),
          blocks_(device.blocks()),
          copies_(copies_beyond_l2(device.facts(), 2 * point.number("bytes"), kMostCopies)),
          from_(random_bf16_buffer(copies_ * bytes_ / sizeof(Bf16), 1, device.stream().get())),
          to_(copies_ * bytes_) {}

    std::size_t copies() const override { return copies_; }

    void enqueue(CUstream_st* stream, std::size_t copy) override {
        const std::byte* from = from_.values<std::byte>(copy * bytes_);
        std::byte* to = to_.values<std::byte>(copy * bytes_);
        if (by_kernel_)
            launch_copy(to, from, bytes_, blocks_, stream);
        else
            cuda_check(cudaMemcpyAsync(to, from, bytes_, cudaMemcpyDeviceToDevice, stream),
                       "cudaMemcpyAsync");
    }

    /// Throws MeasureError unless the first and the last KiB have arrived.
    void check(const Device& device) {
        enqueue(device.stream().get(), 0);
        const std::size_t count = std::min<std::size_t>(bytes_, 1024) / sizeof(Bf16);
        for (const std::size_t at : {std::size_t{0}, bytes_ / sizeof(Bf16) - count}) {
            if (read_bf16(to_, at, count) != read_bf16(from_, at, count))
                throw MeasureError(fmt::format("a copy of {} bytes differs from what was copied", bytes_));
        }
    }

private:
    std::size_t bytes_;
    bool by_kernel_;
    int blocks_;
    std::size_t copies_;
    DeviceBuffer from_;
    DeviceBuffer to_;
};

class CopyProbe : public Probe {
public:
    explicit CopyProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "mem.copy"; }
    std::string_view summary() const noexcept override {
        return "Copies within the device's memory, by a kernel and by cudaMemcpyAsync.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return copy_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        auto work = std::make_unique<CopyWork>(device_, point);
        work->check(device_);
        return PreparedPoint::ready(timed_trial(device_, std::move(work), Caches::kFlush));
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_copy_probe(const Device& device) { return std::make_unique<CopyProbe>(device); }

}  // namespace spillway::cuda
