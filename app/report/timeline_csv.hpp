#pragma once

#include <array>
#include <ostream>
#include <string>
#include <vector>

#include "app/scenario/assemble.hpp"
#include "sim/fleet/fleet.hpp"
#include "sim/metrics/timeline.hpp"

namespace spillway {

/// Writes one CSV row a second and pool: workers by state, queue length, requests on workers, arrivals, ends,
/// and what the GPUs of that second cost (billed states at the contract's price; rounding, meters, storage
/// and commitments are in the bill, not here). An API has neither: its cells for them are empty.
class TimelineWriter final : public SnapshotObserver {
public:
    /// `out` outlives the writer.
    TimelineWriter(std::ostream& out, const std::vector<PoolSetup>& pools);
    void snapshot(const PoolSnapshot& snapshot) override;

private:
    struct Column {
        std::string name;
        bool has_workers = true;
        std::array<double, kWorkerStates> usd_per_s{};
    };
    std::ostream& out_;
    std::vector<Column> pools_;
    Timeline timeline_{SimTime{}};
};

}  // namespace spillway
