#include <cuda_runtime_api.h>

#include "calibration/common/stopwatch.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/probes.hpp"

namespace spillway::cuda {
namespace {

// Fewer than the driver queues (1024), so that no launch waits for the device.
constexpr int kLaunches = 400;
constexpr std::int64_t kSpinNanoseconds = 4'000'000;  // longer than the host takes to issue them all

void launch_all(const Stream& stream) {
    for (int i = 0; i < kLaunches; ++i) launch_empty(stream.get());
}

/// The host's time for one launch among many.
class IssueTrial : public Trial {
public:
    explicit IssueTrial(const Device& device) : stream_(device.stream()) { sample(); }

    double sample() override {
        launch_spin(kSpinNanoseconds, stream_.get());
        const double seconds = seconds_of([this] { launch_all(stream_); });
        stream_.wait();
        return seconds / kLaunches;
    }

private:
    const Stream& stream_;
};

/// The device's time for one empty kernel among many that are all enqueued before the first begins.
class KernelTrial : public Trial {
public:
    explicit KernelTrial(const Device& device) : stream_(device.stream()) { sample(); }

    double sample() override {
        launch_spin(kSpinNanoseconds, stream_.get());
        begin_.record(stream_);
        launch_all(stream_);
        end_.record(stream_);
        end_.wait();
        return end_.seconds_since(begin_) / kLaunches;
    }

private:
    const Stream& stream_;
    Event begin_;
    Event end_;
};

/// From the launch of one kernel until the host knows that it has ended.
class RoundTripTrial : public Trial {
public:
    explicit RoundTripTrial(const Device& device) : stream_(device.stream()) { sample(); }

    double sample() override {
        return seconds_of([this] {
            launch_empty(stream_.get());
            stream_.wait();
        });
    }

private:
    const Stream& stream_;
};

class LaunchProbe : public Probe {
public:
    explicit LaunchProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "launch"; }
    std::string_view summary() const noexcept override {
        return "Launches of an empty kernel: issued, run, and waited for.";
    }
    std::vector<ProbePoint> points(Effort /*effort*/) const override { return launch_points(); }
    PreparedPoint prepare(const ProbePoint& point) override {
        if (point.word("what") == "issue")
            return PreparedPoint::ready(std::make_unique<IssueTrial>(device_));
        if (point.word("what") == "kernel")
            return PreparedPoint::ready(std::make_unique<KernelTrial>(device_));
        return PreparedPoint::ready(std::make_unique<RoundTripTrial>(device_));
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_launch_probe(const Device& device) {
    return std::make_unique<LaunchProbe>(device);
}

}  // namespace spillway::cuda
