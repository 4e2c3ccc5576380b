#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "app/ranks/ranks.hpp"
#include "app/study/point_result.hpp"

namespace spillway {

/// Computes one point. Called from many threads at once.
using PointWork = std::function<PointResult(std::uint64_t id)>;
/// Takes one result. Called by one thread at a time, in any order.
using PointSink = std::function<void(const PointResult&)>;

/// Computes the points of `ids` on the threads of this process.
void compute_here(std::span<const std::uint64_t> ids, const PointWork& work, const PointSink& sink);

/// The same with all processes of `ranks`, each of which calls it with the same work. Rank 0 hands the points
/// out as they are asked for, computes too, and alone calls the sink; `ids` and `sink` of the others are not
/// looked at. Each process uses `threads`.
void compute_with(Ranks& ranks, int threads, std::span<const std::uint64_t> ids, const PointWork& work,
                  const PointSink& sink);

/// Threads for each of so many processes on this machine.
int threads_for(const RankPlace& place) noexcept;

}  // namespace spillway
