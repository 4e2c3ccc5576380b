#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/metrics/slo.hpp"

namespace spillway {

/// What one completed request is judged by.
struct RequestMeasures {
    std::array<Duration, kLatencyMeasures> latencies{};  ///< by SloMeasure
    bool has_tpot = false;  ///< it has two output tokens or more, else that latency means nothing
    bool warm = false;      ///< it met no cold start

    Duration& operator[](SloMeasure measure) { return latencies[static_cast<std::size_t>(measure)]; }
    Duration operator[](SloMeasure measure) const { return latencies[static_cast<std::size_t>(measure)]; }
};

/// Judges requests one by one, and counts for each objective how many stayed below its limit.
///
/// A completed request is inside the SLO when it meets every limit that percentiles and maxima of its class
/// (and those for all requests) put on a single request. Of several percentiles of one measure, the highest
/// says how late a request may be: with `p50 ttft < 1s` and `p99 ttft < 3s` that is 3 s. Warm objectives do
/// not judge a request that met a cold start. Whatever did not complete is not inside.
class SloJudge {
public:
    SloJudge(std::span<const Slo> slos, std::size_t classes);

    /// Whether the request is inside the SLO. Requires: class_id below the number of classes.
    bool judge(ClassId class_id, const RequestMeasures& request) {
        bool inside = true;
        // Without branches: whether a limit is met is what a predictor cannot know.
        for (Limit& limit : limits_[class_id.value]) {
            const bool judged = (request.warm || limit.scope == SloScope::kAll) &
                                (request.has_tpot || limit.measure != SloMeasure::kTpot);
            const bool met = request[limit.measure] < limit.bound;
            limit.met += static_cast<std::uint64_t>(judged & met);
            inside &= met | !judged | !limit.decides;
        }
        return inside;
    }

    /// How many requests of the class met the objective with that index.
    std::uint64_t met(std::size_t slo, ClassId class_id) const;

private:
    struct Limit {
        std::size_t slo;
        SloMeasure measure;
        SloScope scope;
        bool decides;  // whether a single request is inside
        Duration bound;
        std::uint64_t met = 0;
    };

    std::vector<std::vector<Limit>> limits_;  // by class
};

}  // namespace spillway
