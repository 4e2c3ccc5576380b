#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/fleet/startup_model.hpp"

namespace spillway {

// What files may say. Beyond these it is another unit, or a clock that jumped; and a replay would not end.
inline constexpr double kLongestRequest = 1e5;  ///< seconds: a request, a wait, a phase of a start
inline constexpr double kLongestRun = 1e8;      ///< seconds from the first request to the last: three years
inline constexpr double kMostRequestTokens = 4e6;  ///< prompt and answer

/// A request that was served, as a file has it. Seconds.
struct ObservedRequest {
    std::optional<double> at;  ///< when its worker got it, on the file's own clock; empty: it is not said
    std::uint32_t input = 0;
    std::uint32_t output = 0;
    double ttft = 0;           ///< from `at` to its first token; 0 where only means are known
    double total = 0;          ///< from `at` to its last token
    std::uint32_t worker = 0;  ///< counts the workers of the run
};

/// What made requests come.
enum class LoadKind : std::uint8_t {
    kRecorded,  ///< each at the time that the file has
    kClients,   ///< so many clients, each waits for its answer
    kRate,      ///< so many a second, whatever becomes of those before
};

/// Requests that were served under one load by one endpoint.
struct ObservedRun {
    std::string where;
    LoadKind load = LoadKind::kRecorded;
    std::uint32_t clients = 0;              ///< of kClients; of kRate the most at once, 0: no limit
    double rate = 0;                        ///< requests a second, of kRate
    std::vector<ObservedRequest> requests;  ///< in the order in which they came
    bool each_timed = false;                ///< each has its times; otherwise there are means alone
    double ttft = 0;                        ///< mean, seconds
    double tpot = 0;                        ///< mean, seconds
};

/// A phase of a start, and what of it was seen.
struct ObservedPhase {
    StartPhase kind = StartPhase::kContainer;
    double seconds = 0;
    bool at_least = false;  ///< who saw it came when it had begun: it took longer
};

/// A worker's start.
struct ObservedStart {
    std::vector<ObservedPhase> phases;
};

/// How long a request waited for a worker.
struct ObservedWait {
    double seconds = 0;
    bool gave_up = false;  ///< otherwise it was served then, and would have waited longer
};

/// KV memory of the engine, as its metrics have it.
struct ObservedMemory {
    std::uint64_t blocks = 0;
    std::uint32_t block_tokens = 16;
};

/// Where something was learnt from: what the file says of itself.
struct ObservedSource {
    std::string file;  ///< without folders
    std::string format;
    std::string tool;   ///< and its version
    std::string date;   ///< as it stands there
    std::string model;  ///< as it stands there
};

/// Everything that the files hold. A value type.
struct Observed {
    std::vector<ObservedSource> sources;
    std::vector<ObservedRun> runs;
    std::vector<ObservedStart> starts;
    std::vector<ObservedWait> waits;
    std::optional<ObservedMemory> memory;
    std::vector<std::string>
        notes;  ///< a sentence each: what was left out of a file, and what cannot be known
};

}  // namespace spillway
