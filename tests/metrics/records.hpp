#pragma once

#include "sim/fleet/observer.hpp"

namespace spillway::tests {

/// A completed request that arrived at 0, with these parts in seconds.
struct PartSeconds {
    int lost = 0;
    int queue = 0;
    int cold_start = 0;
    int load = 0;
    int prefill = 0;
    int decode = 0;
    int post = 0;
};

inline RequestRecord completed(PartSeconds parts) {
    using std::chrono::seconds;
    RequestRecord record;
    record.parts = {seconds{parts.lost}, seconds{parts.queue},   seconds{parts.cold_start},
                    seconds{parts.load}, seconds{parts.prefill}, seconds{parts.decode},
                    seconds{parts.post}};
    for (const Duration part : record.parts) record.delivered += part;
    record.cold = parts.cold_start + parts.load > 0;
    record.pool = PoolId{0};
    record.worker = WorkerId{0};
    return record;
}

inline RequestRecord missed(Outcome outcome, std::string_view reason, Duration total) {
    RequestRecord record;
    record.outcome = outcome;
    record.reason = reason;
    record.delivered = record.arrived + total;
    record.parts[static_cast<std::size_t>(LatencyPart::kQueue)] = total;
    return record;
}

}  // namespace spillway::tests
