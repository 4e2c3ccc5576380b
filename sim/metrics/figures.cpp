#include "sim/metrics/figures.hpp"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr Quantile kBandFrom{985'000};
constexpr Quantile kBandTo{995'000};

double ratio(Int128 part, Int128 whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void fill_parts(ClassSummary& summary, const LatencyParts& parts) {
    if (parts.count() == 0)
        return;
    const LatencyParts::Sums sums = parts.sums();
    Int128 total = 0;
    for (const Int128 sum : sums) total += sum;
    const BandFigures band = parts.band(kBandFrom, kBandTo);
    summary.p99_band_requests = band.requests;
    const std::array ranks{nearest_rank(kP50, parts.count()), nearest_rank(kP95, parts.count()),
                           nearest_rank(kP99, parts.count())};
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const std::vector<Duration> values = parts.part(static_cast<LatencyPart>(i)).at_ranks(ranks);
        summary.parts[i] = {.mean = mean_of(sums[i], parts.count()),
                            .p50 = values[0],
                            .p95 = values[1],
                            .p99 = values[2],
                            .share_of_mean = ratio(sums[i], total),
                            .p99_band_mean_seconds = band.mean_seconds[i],
                            .share_of_p99 = band.share[i]};
    }
}

LatencyFigures failures_counted(const ClassTally& tally) {
    QuantileSketch sketch = tally.latency(SloMeasure::kTotal, SloScope::kAll);
    sketch.merge(tally.gave_up());
    return figures_of(sketch, tally.counts().rejected + tally.counts().failed);
}

double observed_share(SloMeasure measure, const RequestCounts& counts) {
    switch (measure) {
        case SloMeasure::kColdShare:
            return counts.share(counts.cold);
        case SloMeasure::kExposedShare:
            return counts.share(counts.exposed);
        case SloMeasure::kFailed:
            return counts.share(counts.missed());
        case SloMeasure::kTotal:
        case SloMeasure::kTtft:
        case SloMeasure::kTpot:
        case SloMeasure::kQueue:
            break;
    }
    return 0;
}

/// Requests that a percentile runs over but that never completed.
std::uint64_t missed_in(const Slo& slo, const ClassTally& tally) {
    return tally.counts().missed() - (slo.scope == SloScope::kWarm ? tally.missed_exposed() : 0);
}

void decide_percentile(SloResult& result, const QuantileSketch& sketch, std::uint64_t met) {
    if (result.requests == 0)
        return;
    const std::uint64_t rank = nearest_rank(result.slo.quantile, result.requests);
    result.attained = met >= rank;
    if (rank > sketch.count())
        return;
    const Duration value = sketch.at_ranks(std::array{rank}).front();
    result.observed =
        result.attained ? std::min(value, result.slo.limit - Duration{1}) : std::max(value, result.slo.limit);
}

}  // namespace

LatencyFigures figures_of(const QuantileSketch& sketch, std::uint64_t never) {
    LatencyFigures figures;
    figures.requests = sketch.count() + never;
    figures.never = never;
    if (sketch.count() == 0)
        return figures;
    figures.min = sketch.min();
    if (never == 0) {
        figures.mean = sketch.mean();
        figures.max = sketch.max();
    }
    constexpr std::array kQuantiles{kP50, kP90, kP95, kP99, kP999};
    const std::array places{&figures.p50, &figures.p90, &figures.p95, &figures.p99, &figures.p999};
    std::vector<std::uint64_t> ranks;
    for (const Quantile quantile : kQuantiles) {
        const std::uint64_t rank = nearest_rank(quantile, figures.requests);
        if (rank <= sketch.count())
            ranks.push_back(rank);
    }
    const std::vector<Duration> values = sketch.at_ranks(ranks);
    for (std::size_t i = 0; i < values.size(); ++i) *places[i] = values[i];
    return figures;
}

ClassSummary figures_of(const ClassTally& tally) {
    const auto latency = [&](SloMeasure measure, SloScope scope) {
        return figures_of(tally.latency(measure, scope), 0);
    };
    ClassSummary summary;
    summary.requests = tally.counts();
    summary.total = latency(SloMeasure::kTotal, SloScope::kAll);
    summary.total_failures_counted = failures_counted(tally);
    summary.total_warm = latency(SloMeasure::kTotal, SloScope::kWarm);
    summary.total_cold = figures_of(tally.total_cold(), 0);
    summary.total_without_start = figures_of(tally.total_without_start(), 0);
    summary.ttft = latency(SloMeasure::kTtft, SloScope::kAll);
    summary.ttft_warm = latency(SloMeasure::kTtft, SloScope::kWarm);
    summary.tpot = latency(SloMeasure::kTpot, SloScope::kAll);
    summary.engine_queue = figures_of(tally.engine_queue(), 0);
    summary.gateway = figures_of(tally.gateway(), 0);
    fill_parts(summary, tally.parts());
    return summary;
}

SloResult evaluate(const Slo& slo, const ClassTally& tally, std::uint64_t met) {
    SloResult result;
    result.slo = slo;
    result.attained = true;  // until a request says otherwise
    if (slo.figure == SloFigure::kShare) {
        result.requests = tally.counts().offered;
        result.observed_share = observed_share(slo.measure, tally.counts());
        result.attained = result.observed_share < slo.share_limit;
        return result;
    }
    const QuantileSketch sketch = tally.latency(slo.measure, slo.scope);
    result.requests = sketch.count();
    if (slo.figure == SloFigure::kPercentile) {
        result.requests += missed_in(slo, tally);
        decide_percentile(result, sketch, met);
        return result;
    }
    result.observed = slo.figure == SloFigure::kMean ? sketch.mean() : sketch.max();
    if (result.observed)
        result.attained = *result.observed < slo.limit;
    return result;
}

FigureResult evaluate_figure(const Slo& figure, const ClassTally& tally) {
    FigureResult result;
    if (figure.figure == SloFigure::kShare) {
        result.requests = tally.counts().offered;
        result.observed_share = observed_share(figure.measure, tally.counts());
        return result;
    }
    QuantileSketch sketch = tally.latency(figure.measure, figure.scope);
    result.requests = sketch.count();
    if (figure.figure != SloFigure::kPercentile) {
        result.observed = figure.figure == SloFigure::kMean ? sketch.mean() : sketch.max();
        return result;
    }
    result.requests += missed_in(figure, tally);
    if (figure.measure == SloMeasure::kTotal && figure.scope == SloScope::kAll)
        sketch.merge(tally.gave_up());
    if (result.requests == 0)
        return result;
    const std::uint64_t rank = nearest_rank(figure.quantile, result.requests);
    if (rank <= sketch.count())
        result.observed = sketch.at_ranks(std::array{rank}).front();
    return result;
}

}  // namespace spillway
