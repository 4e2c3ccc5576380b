#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/metrics/slo.hpp"

namespace spillway {

/// What one completed request is judged by.
struct RequestMeasures {
    Duration total{0};
    Duration ttft{0};
    Duration queue{0};
    std::optional<Duration> tpot;     ///< empty with fewer than two output tokens
    SloScope scope = SloScope::kAll;  ///< kWarm: it met no cold start
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
        for (Limit& limit : limits_[class_id.value]) {
            if (limit.scope == SloScope::kWarm && request.scope != SloScope::kWarm)
                continue;
            const std::optional<Duration> value = measured(limit.measure, request);
            if (!value)
                continue;
            const bool met = *value < limit.bound;
            limit.met += met ? 1 : 0;
            inside = inside && (met || !limit.decides);
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

    static std::optional<Duration> measured(SloMeasure measure, const RequestMeasures& request) {
        switch (measure) {
            case SloMeasure::kTotal:
                return request.total;
            case SloMeasure::kTtft:
                return request.ttft;
            case SloMeasure::kTpot:
                return request.tpot;
            case SloMeasure::kQueue:
                return request.queue;
            case SloMeasure::kColdShare:
            case SloMeasure::kExposedShare:
            case SloMeasure::kFailed:
                break;
        }
        return std::nullopt;
    }

    std::vector<std::vector<Limit>> limits_;  // by class
};

}  // namespace spillway
