#include "calibration/cuda/timed_trial.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "calibration/cuda/kernels/launch.hpp"

namespace spillway::cuda {
namespace {

constexpr double kShort = 20e-6;
constexpr std::size_t kFewestInGraph = 20;
constexpr std::int64_t kSpinNanoseconds = 100'000;
constexpr double kWarmSeconds = 0.01;
constexpr int kEstimateRuns = 4;

class TimedTrial : public Trial {
public:
    TimedTrial(const Device& device, std::unique_ptr<DeviceWork> work, Caches caches)
        : device_(device), work_(std::move(work)), caches_(caches) {
        if (warm_up() < kShort) {
            repeats_ = std::max(kFewestInGraph, work_->copies());
            const CapturedGraph captured(device_.stream(), [&] { enqueue_all(); });
            graph_.emplace(captured);
            sample();  // the first launch of a graph also uploads it
        }
    }

    double sample() override {
        if (caches_ == Caches::kFlush)
            device_.flush_l2();
        return between_events([&] {
            if (graph_)
                graph_->launch(device_.stream());
            else
                enqueue_all();
        });
    }

private:
    void enqueue_all() {
        for (std::size_t i = 0; i < repeats_; ++i)
            work_->enqueue(device_.stream().get(), turn_++ % work_->copies());
    }

    template <class Enqueue>
    double between_events(Enqueue&& enqueue) {
        launch_spin(kSpinNanoseconds, device_.stream().get());
        begin_.record(device_.stream());
        enqueue();
        end_.record(device_.stream());
        end_.wait();
        return end_.seconds_since(begin_) / static_cast<double>(repeats_);
    }

    /// What one run takes, about, after the first ones.
    double warm_up() {
        const auto began = std::chrono::steady_clock::now();
        double seconds = 0;
        enqueue_all();
        device_.stream().wait();
        do {
            seconds = between_events([&] {
                          for (int i = 0; i < kEstimateRuns; ++i) enqueue_all();
                      }) /
                      kEstimateRuns;
        } while (std::chrono::steady_clock::now() - began < std::chrono::duration<double>(kWarmSeconds));
        return seconds;
    }

    const Device& device_;
    std::unique_ptr<DeviceWork> work_;
    Caches caches_;
    std::optional<Graph> graph_;
    Event begin_;
    Event end_;
    std::size_t repeats_ = 1;
    std::size_t turn_ = 0;
};

}  // namespace

std::size_t copies_beyond_l2(const DeviceFacts& facts, double bytes, std::size_t most) {
    constexpr double kTimes = 3;
    const double wanted = std::floor(kTimes * facts.l2_bytes / std::max(bytes, 1.0)) + 1;
    return static_cast<std::size_t>(std::clamp(wanted, 1.0, static_cast<double>(most)));
}

std::unique_ptr<Trial> timed_trial(const Device& device, std::unique_ptr<DeviceWork> work, Caches caches) {
    return std::make_unique<TimedTrial>(device, std::move(work), caches);
}

}  // namespace spillway::cuda
