#pragma once

#include <cstdint>
#include <vector>

#include "sim/fleet/observer.hpp"
#include "sim/metrics/quantile_sketch.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {

/// What a run says about one stage of its staged requests. Only measured requests are in it.
struct StageFigures {
    std::uint64_t calls = 0;     ///< requests that came to it
    std::uint64_t attempts = 0;  ///< of those that completed or failed for good
    std::uint64_t completed = 0;
    std::uint64_t failed = 0;     ///< for good: the request failed with it
    std::uint64_t withdrawn = 0;  ///< the request ended without it
    LatencyFigures total;         ///< of completed ones: from its begin to its end, in its pool
    Duration queue{0};            ///< mean part of the total
    Duration start{0};            ///< mean of cold start and load
    Duration service{0};          ///< mean of prefill and decode
};

/// Counts and times stages, by class and number of the stage.
class StageRecorder final : public RequestObserver {
public:
    void request_ended(const RequestRecord& /*request*/) override {}
    void stage_ended(const StageRecord& stage) override;

    StageFigures figures(ClassId class_id, std::uint32_t stage) const;

private:
    struct Tally {
        StageFigures counts;
        QuantileSketch total;
        Int128 queue = 0;
        Int128 start = 0;
        Int128 service = 0;
    };
    std::vector<std::vector<Tally>> classes_;
};

}  // namespace spillway
