#include "app/report/run_notes.hpp"

#include <array>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/run/saturation.hpp"

namespace spillway {
namespace {

/// What became of a lost worker, and of a request, by Setback.
constexpr std::array<const char*, kSetbacks> kLostWords{"interrupted",
                                                        "crashed",
                                                        "lost with a host",
                                                        "lost in an outage",
                                                        "stopped at the drain limit",
                                                        "",
                                                        "",
                                                        ""};
constexpr std::array<const char*, kSetbacks> kMetWords{"on a worker that was interrupted",
                                                       "on a worker that crashed",
                                                       "on a host that failed",
                                                       "in a zone that went down",
                                                       "at a drain limit",
                                                       "at the execution time-out",
                                                       "at the time to live",
                                                       "at a limit (429)"};

std::string request_notes(const RequestCounts& requests) {
    std::string text;
    for (std::size_t i = 0; i < kSetbacks; ++i) {
        if (requests.setbacks.of[i] > 0)
            text += fmt::format("  {} ended {}\n", show_counted(requests.setbacks.of[i], "attempt"),
                                kMetWords.at(i));
    }
    if (requests.requeues > 0)
        text += fmt::format("  of these, {} went back to a queue\n", show_count(requests.requeues));
    return text;
}

std::string pool_notes(const PoolResult& pool) {
    std::string text;
    const auto note = [&](const std::string& words) {
        text += fmt::format("  {}: {}\n", pool.setup.name, words);
    };
    const PoolUsage& usage = pool.usage;
    if (usage.clamped > 0) {
        note(fmt::format("at its limit {} of the time ({} asked for more)",
                         show_share(to_seconds(usage.at_limit) / to_seconds(usage.window)),
                         show_counted(usage.clamped, "decision")));
    }
    if (usage.failed_starts > 0)
        note(fmt::format("{} failed", show_counted(usage.failed_starts, "start")));
    if (usage.timed_out_starts > 0)
        note(fmt::format("{} of them took longer than init_timeout", show_count(usage.timed_out_starts)));
    if (usage.cancelled_starts > 0)
        note(fmt::format("{} cancelled", show_counted(usage.cancelled_starts, "start")));
    for (std::size_t i = 0; i < kSetbacks; ++i) {
        if (usage.lost_workers.of[i] > 0)
            note(fmt::format("{} {}", show_counted(usage.lost_workers.of[i], "worker"), kLostWords.at(i)));
    }
    if (usage.outdated_workers > 0)
        note(fmt::format("{} replaced by a new version", show_counted(usage.outdated_workers, "worker")));
    if (usage.overflowed > 0) {
        note(fmt::format("{} overflowed; it would have served {} of them sooner",
                         show_counted(usage.overflowed, "request"),
                         show_count(usage.overflowed_base_sooner)));
    }
    for (const std::string& mark : pool.beyond_measured) note(mark);
    return text;
}

std::string leftover_words(const RunResult& result) {
    std::string text =
        fmt::format("  left at the end: {}", show_counted(result.leftover.requests, "request"));
    const double work = to_seconds(result.drain_gpu_time());
    if (work > 0)
        text += fmt::format(", {} of GPU time", show_seconds(work));
    if (result.drain_cost > Money{})
        text += fmt::format(", {}", show_usd(to_usd(result.drain_cost)));
    return text + fmt::format("; drained after {}\n", show(result.leftover.drained));
}

std::string month_words(const RunResult& result) {
    switch (result.month_basis) {
        case MonthBasis::kTraffic:
            return "a month is the traffic's own time scaled to the month";
        case MonthBasis::kShape:
            return "a month is made from the scenario's month_shape";
        case MonthBasis::kTooShort:
            return "no monthly figure: it takes a week of traffic, or a month_shape";
        case MonthBasis::kNotSettled:
            return "NOT SETTLED: " + result.unsettled_reason + "; no monthly figure";
    }
    return {};
}

}  // namespace

std::string run_notes(const RunResult& result) {
    std::string text;
    for (const PoolResult& pool : result.pools) text += pool_notes(pool);
    for (const ReasonCount& reason : result.summary.all.reasons) {
        const std::string_view outcome = reason.outcome == Outcome::kTimedOut
                                             ? "timed out"
                                             : kOutcomeNames[static_cast<std::size_t>(reason.outcome)];
        text +=
            fmt::format("  {} {}: {}\n", show_counted(reason.requests, "request"), outcome, reason.reason);
    }
    text += request_notes(result.summary.all.requests);
    if (const std::uint64_t cut = result.summary.all.requests.answers_cut; cut > 0)
        text +=
            fmt::format("  {} cut at max_tokens or at the end of the context\n", show_counted(cut, "answer"));
    if (result.leftover.requests > 0)
        text += leftover_words(result);
    if (const std::string why = saturation(result); !why.empty())
        text += fmt::format("  NEAR SATURATION: {}; small changes move its latencies\n", why);
    for (const RuledOut& pool : result.ruled_out) {
        text += fmt::format("  {} is ruled out: it lacks the tag \"{}\"\n", pool.pool, pool.missing_tag);
    }
    for (const ReadCount& read : result.reads) {
        if (read.bad > 0)
            text += fmt::format("  {}: {} of {} left out as bad\n", read.file, show_count(read.bad),
                                show_counted(read.rows, "row"));
    }
    text += fmt::format("  {}\n", month_words(result));
    return text;
}

}  // namespace spillway
