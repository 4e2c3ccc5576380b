#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/metrics/slo.hpp"

namespace spillway {

// What a run says about its requests: plain values that every writer reads, so that text, JSON and CSV cannot
// disagree. Only measured requests (those that arrived in [0, horizon)) are in it.

/// Names of the parts in outputs, by LatencyPart; with "_s" behind, the keys of their durations.
constexpr std::array<std::string_view, kLatencyParts> kLatencyPartNames{
    "lost", "queue", "cold_start", "load", "prefill", "decode", "post"};

/// Names of the outcomes in outputs, by Outcome.
constexpr std::array<std::string_view, 5> kOutcomeNames{"completed", "rejected", "timed_out", "abandoned",
                                                        "failed"};

/// How a class's clients get their answers.
enum class Delivery : std::uint8_t {
    kStreamed,  ///< token by token: the first token ends the wait
    kWhole,     ///< at once: the time to first token is the total
};

/// A class of requests as the observers know it.
struct MeasuredClass {
    std::string name;
    Delivery delivery = Delivery::kStreamed;
};

/// A distribution of latencies. Figures are empty where there is nothing to report: no request, or a rank
/// that falls among those that never ended.
struct LatencyFigures {
    std::uint64_t requests = 0;    ///< all that the figures are over
    std::uint64_t never = 0;       ///< of them: counted as infinitely late
    std::optional<Duration> mean;  ///< mean_s; empty as soon as one never ended
    std::optional<Duration> min;   ///< min_s
    std::optional<Duration> p50;   ///< p50_s
    std::optional<Duration> p90;   ///< p90_s
    std::optional<Duration> p95;   ///< p95_s
    std::optional<Duration> p99;   ///< p99_s
    std::optional<Duration> p999;  ///< p99.9_s
    std::optional<Duration> max;   ///< max_s
};

/// One part of the latency over the completed requests.
struct PartFigures {
    Duration mean{0};                  ///< mean_s
    Duration p50{0};                   ///< p50_s
    Duration p95{0};                   ///< p95_s
    Duration p99{0};                   ///< p99_s; those of the parts do not add up, share_of_p99 does
    double share_of_mean = 0;          ///< 0..1; the parts add up to 1
    double p99_band_mean_seconds = 0;  ///< p99_band_mean_s: mean over the requests between p98.5 and p99.5
    double share_of_p99 = 0;           ///< 0..1, of those requests' time; the parts add up to 1
};

struct RequestCounts {
    std::uint64_t offered = 0;  ///< logical requests: retries belong to the request first sent
    std::uint64_t completed = 0;
    std::uint64_t rejected = 0;
    std::uint64_t timed_out = 0;
    std::uint64_t abandoned = 0;
    std::uint64_t failed = 0;
    std::uint64_t attempts = 0;
    std::uint64_t cold = 0;     ///< met a cold start
    std::uint64_t exposed = 0;  ///< found no free slot while a start was under way or caused
    std::uint64_t overflowed = 0;
    std::uint64_t overflowed_base_sooner = 0;
    std::uint64_t inside_slo = 0;     ///< completed and within every limit that SloJudge puts on one request
    std::uint64_t input_tokens = 0;   ///< of the completed requests
    std::uint64_t output_tokens = 0;  ///< of the completed requests
    std::uint64_t answers_cut = 0;    ///< completed, but ended at max_tokens or the end of the context
    std::uint64_t requeues = 0;       ///< returns to a queue from a worker that was lost
    SetbackCounts<std::uint64_t> setbacks;  ///< of attempts and of requests, whatever became of them

    /// Of the offered requests, 0..1; 0 when there were none.
    double share(std::uint64_t count) const noexcept {
        return offered == 0 ? 0 : static_cast<double>(count) / static_cast<double>(offered);
    }
    std::uint64_t missed() const noexcept { return offered - completed; }
};

struct ReasonCount {
    Outcome outcome;
    std::string reason;
    std::uint64_t requests;
};

struct ClassSummary {
    std::string name;  ///< "all" for all classes together
    RequestCounts requests;
    std::vector<ReasonCount> reasons;  ///< why requests did not complete, in the order first seen in the run

    LatencyFigures total;  ///< of completed requests
    /// Of all offered requests: one that timed out or was abandoned counts at its client's time, one that was
    /// rejected or failed as never.
    LatencyFigures total_failures_counted;
    LatencyFigures total_warm;           ///< of completed requests that met no cold start
    LatencyFigures total_cold;           ///< of those that did
    LatencyFigures total_without_start;  ///< of completed requests, each less its own cold start and load
    LatencyFigures ttft;
    LatencyFigures ttft_warm;
    LatencyFigures tpot;          ///< of completed requests with two output tokens or more, per token
    LatencyFigures engine_queue;  ///< inside the queue part: waiting in the worker
    LatencyFigures gateway;       ///< inside the queue and post parts: the request path
    std::array<PartFigures, kLatencyParts> parts{};
    std::uint64_t p99_band_requests = 0;  ///< between p98.5 and p99.5
};

struct SloResult {
    Slo slo;
    bool attained = false;
    std::uint64_t requests = 0;        ///< that the figure is over
    std::optional<Duration> observed;  ///< of a latency; empty: never, or no request
    double observed_share = 0;         ///< of a share, 0..1
};

/// A figure that was asked for beside the objectives.
struct FigureResult {
    std::uint64_t requests = 0;        ///< that it is over
    std::optional<Duration> observed;  ///< of a latency; empty: never, or no request
    double observed_share = 0;         ///< of a share, 0..1
};

struct Summary {
    ClassSummary all;
    std::vector<ClassSummary> classes;  ///< by ClassId
    std::vector<SloResult> slos;        ///< in the order given
    std::vector<FigureResult> figures;  ///< likewise
};

}  // namespace spillway
