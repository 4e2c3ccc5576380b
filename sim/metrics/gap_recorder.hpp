#pragma once

#include <vector>

#include "sim/fleet/token_observer.hpp"
#include "sim/metrics/quantile_sketch.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {

/// The inter-token latency of a run: its distribution over tokens, not over requests. Constant memory. Owned
/// by the run; single-threaded.
class GapRecorder final : public GapObserver {
public:
    void gaps(PoolId pool, const TokenGaps& gaps) override;

    /// Of everything seen so far. LatencyFigures::requests is the number of gaps.
    LatencyFigures all() const;
    LatencyFigures of(PoolId pool) const;

private:
    std::vector<QuantileSketch> pools_;  // by PoolId
};

}  // namespace spillway
