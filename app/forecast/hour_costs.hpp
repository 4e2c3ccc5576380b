#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/billing/contract.hpp"
#include "sim/core/int128.hpp"
#include "sim/fleet/observer.hpp"

namespace spillway {

/// An hour of a window, counted from its beginning.
struct DearestHour {
    std::size_t hour = 0;
    Money cost;
    std::uint64_t requests = 0;  ///< that arrived in it
};

/// What each whole hour of the window costs: billed GPU time (rounding where the life ends), tokens and
/// requests where they arrived, at the prices of the contract itself. What has no hour of its own is left
/// out: steps, commitments, CPU and memory meters, storage, egress. Owned by one run; single-threaded.
class HourCosts final : public UsageObserver, public RequestObserver {
public:
    /// By PoolId. Memory: 40 bytes an hour and pool.
    HourCosts(std::vector<Purchase> purchases, Duration window);

    void worker_ended(const WorkerLife& life) override;
    void instance_ended(const InstanceLife& life) override;
    void request_ended(const RequestRecord& request) override;
    void stage_ended(const StageRecord& stage) override;

    /// The first of the dearest; empty for a window of less than an hour.
    std::optional<DearestHour> dearest() const;

private:
    struct Hour {
        Int128 gpu_time = 0;  // GPU-ns
        std::int64_t requests = 0;
        std::int64_t input_tokens = 0;
        std::int64_t output_tokens = 0;
    };
    /// [from, to) of so many GPUs, and `rounding` in the hour in which it ends.
    void add_time(PoolId pool, SimTime from, SimTime to, Duration rounding);
    void add_request(const RequestRecord& request);
    Money cost_of(std::size_t pool, const Hour& hour) const;

    std::vector<Purchase> purchases_;
    std::vector<std::vector<Hour>> hours_;  // by pool
    std::vector<std::uint64_t> arrived_;    // by hour
};

}  // namespace spillway
