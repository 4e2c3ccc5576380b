#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/learn/duration_laws.hpp"
#include "app/learn/observed.hpp"

namespace spillway {

/// Fewer tell no law.
inline constexpr std::size_t kLeastStarts = 8;
inline constexpr std::size_t kLeastLeavers = 10;

/// A phase of a start, as it was learnt.
struct PhaseFinding {
    StartPhase kind = StartPhase::kContainer;
    std::string law;   ///< as a scenario has it, without the shift
    double shift = 0;  ///< a phase of constant length before it; 0: none
    LawFinding finding;
    std::string note;  ///< empty: enough starts
};

/// What was learnt of starts, or why nothing was.
struct StartupFinding {
    std::vector<PhaseFinding> phases;  ///< one after the other
    std::size_t starts = 0;
    std::string why_not;
};

/// A law for each phase: fit_law with constant, exponential, lognormal, gamma and Weibull laws and their
/// shifts. With fewer than kLeastStarts exact times, those times themselves, with a note.
StartupFinding learn_startup(std::span<const ObservedStart> starts);

/// The clients' patience, or why there is none.
struct PatienceFinding {
    std::string law;  ///< as a scenario has it; empty: none
    LawFinding finding;
    std::size_t waits = 0;    ///< that there were; the law is of the first 10,000
    double longest_wait = 0;  ///< of anybody, seconds
    double beyond = 0;        ///< share that the law has wait longer than that
    std::string why_not;
};

/// The largest likelihood of who gave up when (exact), and who was served after how long (they would have
/// waited longer): exponential, Weibull or lognormal. Looks at the first 10,000 who waited: more tell no
/// more.
PatienceFinding learn_patience(std::span<const ObservedWait> waits);

}  // namespace spillway
