#pragma once
// Independent replications of one fleet, and the interval that their means give.

#include <cmath>
#include <functional>
#include <vector>

#include "tests/fleet/support/fakes.hpp"

namespace spillway::theory {

/// A mean over replications with its 99% confidence interval.
struct Estimate {
    double mean = 0;
    double half_width = 0;
    bool covers(double value) const { return std::abs(mean - value) <= half_width; }
};

constexpr int kReplications = 20;
constexpr double kStudent = 2.861;  // t distribution, 19 degrees of freedom, 99.5%

/// Runs `measure` with replications 0 to 19 of a fixed seed. A true value lies outside the interval in 1 of
/// 100 seeds; with this one it is known not to.
inline Estimate replicate(const std::function<double(RunSeed)>& measure) {
    std::vector<double> values;
    for (std::uint64_t replication = 0; replication < kReplications; ++replication) {
        values.push_back(measure({20260302, replication}));
    }
    Estimate estimate;
    for (const double value : values) estimate.mean += value / kReplications;
    double squares = 0;
    for (const double value : values) squares += (value - estimate.mean) * (value - estimate.mean);
    estimate.half_width = kStudent * std::sqrt(squares / (kReplications - 1) / kReplications);
    return estimate;
}

/// Means over the requests of one run, the first tenth left out: the fleet starts empty.
class Means final : public RequestObserver {
public:
    Means(Fleet& fleet, std::uint64_t requests) : first_(requests / 10) {
        fleet.observe(static_cast<RequestObserver&>(*this));
    }
    void request_ended(const RequestRecord& request) override {
        if (request.origin <= first_)
            return;
        ++count_;
        rejected_ += request.outcome == Outcome::kRejected ? 1 : 0;
        waited_ += request.part(LatencyPart::kQueue) > Duration::zero() ? 1 : 0;
        wait_seconds_ += to_seconds(request.part(LatencyPart::kQueue));
    }
    double wait() const { return wait_seconds_ / static_cast<double>(count_); }
    double share_waited() const { return static_cast<double>(waited_) / static_cast<double>(count_); }
    double share_rejected() const { return static_cast<double>(rejected_) / static_cast<double>(count_); }

private:
    std::uint64_t first_;
    std::uint64_t count_ = 0;
    std::uint64_t rejected_ = 0;
    std::uint64_t waited_ = 0;
    double wait_seconds_ = 0;
};

inline double exponential(double u, double mean) { return -mean * std::log(u); }

}  // namespace spillway::theory
