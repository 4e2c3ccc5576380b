#pragma once

#include <cstdint>

#include "sim/metrics/class_tally.hpp"
#include "sim/metrics/quantile_sketch.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {

/// Figures of a distribution, with `never` requests beyond its end.
LatencyFigures figures_of(const QuantileSketch& sketch, std::uint64_t never);

/// Everything of a class summary but its name and reasons.
ClassSummary figures_of(const ClassTally& tally);

/// Whether the objective holds over `tally`, of which `met` requests stayed below its limit. Percentiles are
/// decided by that count, exactly; the observed value comes from the sketch and is kept on the decided side.
SloResult evaluate(const Slo& slo, const ClassTally& tally, std::uint64_t met);

/// What a figure came to that has no bound. In percentiles of the total, a request that timed out or was
/// abandoned counts at its client's time; in all others, what did not complete counts as never.
FigureResult evaluate_figure(const Slo& figure, const ClassTally& tally);

}  // namespace spillway
