#pragma once

#include <cstdint>
#include <vector>

#include "sim/fleet/observer.hpp"
#include "sim/metrics/latency_parts.hpp"
#include "sim/metrics/quantile_sketch.hpp"
#include "sim/metrics/slo_judge.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {

/// What the recorder keeps of one class while the run goes on. Constant memory.
class ClassTally {
public:
    explicit ClassTally(Delivery delivery) : delivery_(delivery) {}

    RequestMeasures measures(const RequestRecord& request) const;
    void add_completed(const RequestRecord& request, const RequestMeasures& measures);
    /// `reason` is its index in the recorder's list.
    void add_missed(const RequestRecord& request, std::size_t reason);
    void count_inside_slo() { ++counts_.inside_slo; }
    void merge(const ClassTally& other);

    const RequestCounts& counts() const noexcept { return counts_; }
    /// Failures that stay out of warm figures: they were exposed to a start.
    std::uint64_t missed_exposed() const noexcept { return missed_exposed_; }
    std::uint64_t missed_for(std::size_t reason) const {
        return reason < reasons_.size() ? reasons_[reason] : 0;
    }
    /// Times of clients that gave up: timed out or abandoned.
    const QuantileSketch& gave_up() const noexcept { return gave_up_; }

    // Distributions over the completed requests.
    LatencyParts parts() const;
    QuantileSketch latency(SloMeasure measure, SloScope scope) const;
    QuantileSketch total_cold() const { return cold_.parts.totals(); }
    QuantileSketch total_without_start() const;
    QuantileSketch engine_queue() const;
    QuantileSketch gateway() const;

private:
    /// The completed requests that met a cold start, or those that did not.
    struct Group {
        LatencyParts parts;
        QuantileSketch ttft;  // stays empty while it would repeat the total
        QuantileSketch tpot;
        QuantileSketch engine_queue;  // those above 0: mostly there is none
        QuantileSketch gateway;       // likewise
    };
    QuantileSketch with_zeros(QuantileSketch Group::*sketch) const;
    QuantileSketch latency(SloMeasure measure, const Group& group) const;
    void merge(Group& mine, const Group& theirs, const ClassTally& other);

    Delivery delivery_;
    RequestCounts counts_;
    std::uint64_t missed_exposed_ = 0;
    std::vector<std::uint64_t> reasons_;
    Group warm_;
    Group cold_;
    QuantileSketch cold_without_start_;
    QuantileSketch gave_up_;
};

}  // namespace spillway
