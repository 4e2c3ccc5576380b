#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/learn/engine_replay.hpp"
#include "app/learn/observed.hpp"

namespace spillway {

/// Requests of one run that are compared by their means: those of like prompts, like company and one part of
/// the run's time; or all, where the run has means alone.
struct FigureGroup {
    std::size_t run = 0;
    std::vector<std::uint32_t> requests;  ///< their numbers in the run
    double ttft = 0;                      ///< mean as measured, seconds
    double tpot = 0;                      ///< the same; 0: none has two tokens
    std::size_t site = 0;                 ///< what is left out together, from 0
};

/// With three runs or more each is a site, at most eight sites in all; otherwise each third of a run's time
/// is one. Runs with means alone have no thirds.
std::vector<FigureGroup> group_figures(std::span<const ObservedRun> runs);

/// How many sites there are.
std::size_t count_sites(std::span<const FigureGroup> groups);

/// The means of a replay of the group's run, as the group has them.
ReplayedRequest means_of(const FigureGroup& group, std::span<const ReplayedRequest> replayed);

/// For each request of a run with times: how many others its worker had when it came.
std::vector<std::uint32_t> company_of(const ObservedRun& run);

}  // namespace spillway
