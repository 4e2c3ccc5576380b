#include "app/learn/learn_laws.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "app/report/format.hpp"

namespace spillway {
namespace {

constexpr std::array kStartLaws{LawKind::kExponential, LawKind::kLognormal, LawKind::kGamma,
                                LawKind::kWeibull};
constexpr std::array kPatienceLaws{LawKind::kExponential, LawKind::kWeibull, LawKind::kLognormal};
constexpr double kNoWait = 1e-6;
constexpr std::size_t kMostWaits = 10'000;

/// The exact times themselves.
std::string listed(std::span<const CensoredTime> times) {
    std::string text;
    for (const CensoredTime& time : times) {
        if (!time.at_least)
            text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", duration_text(time.seconds));
    }
    return fmt::format(R"({{"empirical": [{}]}})", text);
}

PhaseFinding learn_phase(StartPhase kind, std::span<const CensoredTime> times) {
    PhaseFinding phase;
    phase.kind = kind;
    for (const CensoredTime& time : times) ++(time.at_least ? phase.finding.at_least : phase.finding.exact);
    if (phase.finding.exact < kLeastStarts) {
        phase.law = listed(times);
        phase.note =
            fmt::format("not identifiable: {} seen whole, and a law takes {}; these times as they are",
                        show_counted(phase.finding.exact, "start"), kLeastStarts);
        return phase;
    }
    phase.finding = fit_law(times, kStartLaws, Shifts::kTried);
    phase.law = law_text(phase.finding.law);
    phase.shift = phase.finding.law.shift;
    return phase;
}

}  // namespace

StartupFinding learn_startup(std::span<const ObservedStart> starts) {
    std::map<StartPhase, std::vector<CensoredTime>> phases;
    for (const ObservedStart& start : starts) {
        for (const ObservedPhase& phase : start.phases) {
            if (phase.seconds > 0)
                phases[phase.kind].push_back({phase.seconds, phase.at_least});
        }
    }
    StartupFinding found;
    found.starts = starts.size();
    for (const auto& [kind, times] : phases) {
        if (std::any_of(times.begin(), times.end(), [](const auto& time) { return !time.at_least; }))
            found.phases.push_back(learn_phase(kind, times));
    }
    if (found.phases.empty())
        found.why_not = starts.empty() ? "no request waited for a worker's start, as far as the files say"
                                       : "nobody saw a start from its beginning";
    return found;
}

PatienceFinding learn_patience(std::span<const ObservedWait> waits) {
    PatienceFinding found;
    std::vector<CensoredTime> times;
    for (const ObservedWait& wait : waits) {
        found.longest_wait = std::max(found.longest_wait, wait.seconds);
        if (wait.seconds <= kNoWait)
            continue;
        ++found.waits;
        if (times.size() < kMostWaits)
            times.push_back({wait.seconds, !wait.gave_up});
    }
    for (const CensoredTime& time : times) ++(time.at_least ? found.finding.at_least : found.finding.exact);
    if (found.finding.exact < kLeastLeavers) {
        found.why_not = waits.empty()
                            ? std::string("no file says who gave up waiting")
                            : fmt::format("{} gave up waiting, and a law takes {}",
                                          show_counted(found.finding.exact, "request"), kLeastLeavers);
        return found;
    }
    found.finding = fit_law(times, kPatienceLaws, Shifts::kNone);
    found.law = law_text(found.finding.law);
    found.beyond = found.finding.law.survival(found.longest_wait);
    return found;
}

}  // namespace spillway
