#include <cstring>
#include <optional>
#include <vector>

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "calibration/common/stopwatch.hpp"
#include "calibration/cuda/check.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/kernels/random_values.hpp"
#include "calibration/cuda/probes.hpp"

namespace spillway::cuda {
namespace {

/// One copy over the bus, from the call until the data has arrived, by the host's clock: what a load waits
/// for. Pageable copies go through the driver's own pinned buffers, partly on this thread.
class BusTrial : public Trial {
public:
    BusTrial(const Device& device, const ProbePoint& point)
        : stream_(device.stream()),
          bytes_(point.size("bytes")),
          to_device_(point.word("direction") == "h2d"),
          on_device_(bytes_) {
        if (point.word("host") == "pinned") {
            pinned_.emplace(bytes_);
            host_ = pinned_->get();
        } else {
            pageable_.resize(bytes_);
            host_ = pageable_.data();
        }
        check();
    }

    double sample() override {
        return seconds_of([&] { to_device_ ? copy_there() : copy_back(); });
    }

private:
    void copy_there() {
        cuda_check(cudaMemcpyAsync(on_device_.get(), host_, bytes_, cudaMemcpyHostToDevice, stream_.get()),
                   "cudaMemcpyAsync");
        stream_.wait();
    }

    void copy_back() {
        cuda_check(cudaMemcpyAsync(host_, on_device_.get(), bytes_, cudaMemcpyDeviceToHost, stream_.get()),
                   "cudaMemcpyAsync");
        stream_.wait();
    }

    /// There and back: what comes back is what went. It also touches every page of the host's memory.
    void check() {
        std::vector<std::uint32_t> pattern(bytes_ / sizeof(std::uint32_t));
        for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = random_bits(1, i);
        std::memcpy(host_, pattern.data(), bytes_);
        copy_there();
        std::memset(host_, 0, bytes_);
        copy_back();
        if (std::memcmp(host_, pattern.data(), bytes_) != 0)
            throw MeasureError(fmt::format("{} bytes came back from the device changed", bytes_));
    }

    const Stream& stream_;
    std::size_t bytes_;
    bool to_device_;
    DeviceBuffer on_device_;
    std::optional<PinnedBuffer> pinned_;
    std::vector<std::byte> pageable_;
    void* host_ = nullptr;
};

class BusProbe : public Probe {
public:
    explicit BusProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "bus.copy"; }
    std::string_view summary() const noexcept override {
        return "Copies between host and device, from pinned and from pageable memory.";
    }
    std::vector<ProbePoint> points(Effort effort) const override { return bus_points(effort); }
    PreparedPoint prepare(const ProbePoint& point) override {
        return PreparedPoint::ready(std::make_unique<BusTrial>(device_, point));
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_bus_probe(const Device& device) { return std::make_unique<BusProbe>(device); }

}  // namespace spillway::cuda
