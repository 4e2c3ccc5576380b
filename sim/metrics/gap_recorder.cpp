#include "sim/metrics/gap_recorder.hpp"

#include "sim/metrics/figures.hpp"

namespace spillway {

void GapRecorder::gaps(PoolId pool, const TokenGaps& gaps) {
    if (pools_.size() <= pool.value)
        pools_.resize(pool.value + 1);
    pools_[pool.value].add(Ramp{gaps.first, gaps.growth, gaps.iterations, gaps.sequences});
}

LatencyFigures GapRecorder::all() const {
    QuantileSketch sketch;
    for (const QuantileSketch& pool : pools_) sketch.merge(pool);
    return figures_of(sketch, 0);
}

LatencyFigures GapRecorder::of(PoolId pool) const {
    return pool.value < pools_.size() ? figures_of(pools_[pool.value], 0) : LatencyFigures{};
}

}  // namespace spillway
