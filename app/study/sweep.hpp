#pragma once

#include <functional>
#include <vector>

#include "app/ranks/ranks.hpp"
#include "app/study/progress.hpp"
#include "app/study/result_store.hpp"
#include "app/study/study.hpp"

namespace spillway {

/// Runs one point of a study. A point that cannot be run is refused with the reason; it is not an error.
PointResult run_point(const Study& study, std::uint64_t id);

/// Runs every point of the store's shard that is not in it yet, on all threads and, where there are `ranks`
/// (may be nullptr), in all processes, each with so many threads. Only rank 0 needs a store.
void run_sweep(const Study& study, ResultStore* store, Ranks* ranks, int threads, Progress::Form form);

}  // namespace spillway
