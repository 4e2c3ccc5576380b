#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

/// GPU time that a traffic needs when no request ever waits, by how long a GPU is busy without a break.
struct GpuDemand {
    std::uint64_t peak_concurrency = 0;  ///< requests in service at once
    std::uint64_t peak_gpus = 0;
    double mean_concurrency = 0;
    double busy_share =
        0;  ///< of the time from the first arrival to the last finish: at least one in service
    Duration gpu_time{};
    // Shares of gpu_time in runs of these lengths; they add up to 1.
    double in_runs_under_30s = 0;
    double in_runs_30s_to_30min = 0;
    double in_runs_30min_to_4h = 0;
    double in_runs_of_4h = 0;  ///< and above
};

/// Follows the number of requests in service on unlimited GPUs. The k-th GPU runs while the k-th one is
/// needed, so that the first GPUs have the long runs (what on-demand machines are for) and the last ones the
/// short. Memory grows with the concurrency.
class GpuDemandMeter {
public:
    /// Requires: requests_per_gpu > 0.
    explicit GpuDemandMeter(std::uint32_t requests_per_gpu) : requests_per_gpu_(requests_per_gpu) {}

    // Requires: times that do not descend; finishes of what started.
    void start(SimTime at);
    void finish(SimTime at);

    /// Requires: all that started has finished.
    GpuDemand result() const;

private:
    std::uint32_t requests_per_gpu_;
    std::uint64_t in_service_ = 0;
    std::uint64_t peak_ = 0;
    std::size_t peak_gpus_ = 0;
    std::vector<SimTime> running_since_;      // one for each GPU that is needed now
    std::array<Duration, 4> time_in_runs_{};  // by length class
    Duration first_gpu_time_{};
    double request_seconds_ = 0;  // of all in service
    SimTime begin_;
    SimTime last_;
    bool started_ = false;
};

}  // namespace spillway
