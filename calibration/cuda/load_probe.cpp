#include <vector>

#include <cuda_runtime_api.h>

#include "calibration/cuda/check.hpp"
#include "calibration/cuda/file_trial.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/probes.hpp"

namespace spillway::cuda {
namespace {

/// Copies blocks to their places in the device's memory, a stream a buffer: while one is on its way, its
/// thread reads into the next. The memory is there before: `alloc` has what it costs.
class DeviceSink : public LoadSink {
public:
    DeviceSink(std::size_t bytes, std::size_t buffers) : memory_(bytes), streams_(buffers) {}

    void take(const FilledBlock& block) override {
        cuda_check(cudaMemcpyAsync(memory_.values<std::byte>(block.offset), block.bytes.data(),
                                   block.bytes.size(), cudaMemcpyHostToDevice, streams_[block.buffer].get()),
                   "cudaMemcpyAsync");
    }
    void wait_until_free(std::size_t buffer) override { streams_[buffer].wait(); }
    void wait_for_all() override {
        for (const Stream& stream : streams_) stream.wait();
    }

    void check(const WeightsFile& file) const override {
        constexpr std::size_t kPart = 4096;
        std::vector<std::byte> expected(kPart);
        std::vector<std::byte> found(kPart);
        const std::size_t last = file.bytes() - kPart;
        for (const std::size_t offset : {std::size_t{0}, last / 2 / kPart * kPart, last}) {
            fill_with_weights(offset, expected);
            cuda_check(
                cudaMemcpy(found.data(), memory_.values<std::byte>(offset), kPart, cudaMemcpyDeviceToHost),
                "cudaMemcpy");
            if (found != expected)
                throw MeasureError("the device's memory differs from the file that was loaded");
        }
    }

private:
    DeviceBuffer memory_;
    std::vector<Stream> streams_;
};

class LoadProbe : public Probe {
public:
    LoadProbe(const Device& device, WeightsStore& files) : device_(device), files_(files) {}

    std::string_view name() const noexcept override { return "load"; }
    std::string_view summary() const noexcept override {
        return "A file of weights through pinned buffers into the device's memory.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return load_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        const WeightsFile& file = files_.file(point.size("bytes"));
        return prepare_reading(file, point,
                               std::make_unique<DeviceSink>(file.bytes(), point.size("buffers")));
    }
    StopRule stop_rule(const StopRule& usual) const override { return reading_rule(usual); }

private:
    const Device& device_;
    WeightsStore& files_;
};

}  // namespace

std::unique_ptr<Probe> make_load_probe(const Device& device, WeightsStore& files) {
    return std::make_unique<LoadProbe>(device, files);
}

}  // namespace spillway::cuda
