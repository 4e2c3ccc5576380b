#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/llm/engine_core.hpp"

namespace spillway::tests {

/// One request of a workload, and when its client leaves, if it does before it is served.
struct WorkItem {
    SimTime at;
    std::uint32_t input = 1;
    std::uint32_t output = 1;
    std::uint32_t max_tokens = 0;
    std::uint32_t class_number = 0;
    std::vector<std::uint64_t> prefix_ids;
    std::optional<Duration> leaves_after;
};

/// What an engine did with a workload.
struct EngineLog {
    struct End {
        std::uint32_t request;
        SimTime at;  ///< when it was reported
        ServiceEnd stamps;
        bool operator==(const End& other) const;
    };
    std::vector<End> ends;
    std::map<Duration, std::uint64_t> gaps;  ///< between tokens, rounded down, with their number
    ServiceUsage counts;
    /// The counts from one of up to 100 evenly spaced moments to the next, and the gaps reported until then.
    struct Stretch {
        ServiceUsage usage;  ///< without `runs`, which users cannot see
        std::uint64_t gaps = 0;
        EngineView view{};  ///< as a router sees it at the end, and the next request
        bool operator==(const Stretch&) const = default;
    };
    std::vector<Stretch> stretches;
    std::uint64_t wakes = 0;  ///< calls of advance()

    /// What differs between two, in words; empty: nothing that users could see.
    std::string difference(const EngineLog& other) const;
};

/// Sets an engine to work as the fleet would: ends before arrivals of the same instant.
/// `items` are in order of time. Checks the laws of KV memory at every wake.
EngineLog run_reference(const EngineSetup& setup, const std::vector<WorkItem>& items);
EngineLog run_batch(const EngineSetup& setup, const std::vector<WorkItem>& items);

/// Step times with a kink in the KV total and a table that rises in steps, in the range of real ones.
StepTables some_tables(std::uint32_t sequences, std::uint32_t tokens, std::uint32_t context);

}  // namespace spillway::tests
