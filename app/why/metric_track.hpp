#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/metric_window.hpp"
#include "sim/fleet/scale_policy.hpp"

namespace spillway {

/// How long a decision came after its figure had truly passed the threshold, and what took so long. The parts
/// add up to the whole.
struct MetricLag {
    SimTime crossed;        ///< the figure itself passed the threshold and, as sampled, stayed above
    Duration sampling{0};   ///< until a sample showed it
    Duration averaging{0};  ///< until the mean over the window was above too
    Duration delay{0};      ///< that metrics are late
    Duration tick{0};       ///< until the policy looked
    Duration hold{0};       ///< until it acted: stabilisation, cool-downs, limits

    Duration total() const noexcept { return sampling + averaging + delay + tick + hold; }
};

/// A count over time, as far as it takes to say when it last rose above a level. Memory is proportional to
/// the highest count.
class CountTrack {
public:
    /// It was `value` from the last call until now.
    void held(int value, SimTime until);
    /// When the last stretch above `threshold` began, over or not; empty: there was none.
    std::optional<SimTime> rose_above(double threshold) const;
    int value() const noexcept { return value_; }
    /// The same for each count above `low` up to `high`.
    std::vector<SimTime> rises(int low, int high) const;

private:
    int value_ = 0;
    std::optional<SimTime> since_;
    std::vector<SimTime> risen_;  // by count
};

/// Follows one pool's load and what its policy is shown of it. Looks back over the last hour of samples at
/// a second each (3600 samples, and what its window and its delay take), whatever the length of the run.
class MetricTrack {
public:
    explicit MetricTrack(const Wakes& wakes);

    void load_held(int waiting, int in_flight, SimTime until);
    void sampled(const MetricWindow::Sample& sample, SimTime at);
    /// The policy looks, at a time when so many wait and run.
    void looked(Trigger why, int waiting, int in_flight, SimTime at);
    /// Of a decision of the last look. Empty: it did not look at a figure that can be followed, or that was
    /// not above its threshold.
    std::optional<MetricLag> lag_of(const ScaleDecision& decision) const;

private:
    enum Count : std::size_t { kWaiting, kRunning, kBoth };
    struct Sampled {
        SimTime at;
        PoolMetrics mean;
        PoolMetrics short_mean;
        std::array<int, 3> counts{};
        std::array<std::vector<SimTime>, 3> rises;  // above the sample before
    };
    struct Look {
        SimTime at;
        std::size_t visible;  // how many samples were
        std::array<int, 3> counts{};
    };
    static std::optional<Count> count_of(LoadFigure figure) noexcept;
    double seen(const ScaleDecision& decision, std::size_t sample) const;
    double seen(const ScaleDecision& decision, const Look& look) const;
    std::optional<MetricLag> live_lag(const ScaleDecision& decision) const;
    std::size_t first_look_above(const ScaleDecision& decision) const;
    void trace_back(const ScaleDecision& decision, const Look& look, MetricLag& lag) const;
    bool is_kept(std::size_t sample) const noexcept { return sample >= forgotten_; }
    const Sampled& at(std::size_t sample) const { return samples_[sample - forgotten_]; }

    Wakes wakes_;
    MetricWindow window_;  // without the delay
    std::size_t window_samples_;
    std::size_t delay_samples_;
    std::array<CountTrack, 3> counts_;
    std::deque<Sampled> samples_;
    std::size_t forgotten_ = 0;  // samples before those
    std::deque<Look> looks_;
    bool is_look_ = false;  // the last one is among them
};

}  // namespace spillway
