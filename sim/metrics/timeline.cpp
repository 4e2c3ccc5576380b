#include "sim/metrics/timeline.hpp"

#include "sim/core/check.hpp"

namespace spillway {

TimelineRow Timeline::add(const PoolSnapshot& snapshot) {
    while (last_.size() <= snapshot.pool.value) {
        PoolSnapshot nothing;
        nothing.at = begin_;
        last_.push_back(nothing);
    }
    PoolSnapshot& last = last_[snapshot.pool.value];
    SPILLWAY_CHECK(snapshot.at >= last.at, "a snapshot lies before the last one of its pool");
    SPILLWAY_CHECK(snapshot.arrivals >= last.arrivals && snapshot.ended >= last.ended,
                   "a pool's running counts fell");
    TimelineRow row;
    row.from = last.at;
    row.to = snapshot.at;
    row.pool = snapshot.pool;
    row.workers = snapshot.workers;
    row.queued = snapshot.queued;
    row.in_flight = snapshot.in_flight;
    row.arrivals = snapshot.arrivals - last.arrivals;
    row.ended = snapshot.ended - last.ended;
    last = snapshot;
    return row;
}

}  // namespace spillway
