#pragma once

#include <string>

#include "app/learn/learn_engine.hpp"
#include "app/learn/learn_laws.hpp"
#include "app/learn/observed.hpp"

namespace spillway {

/// All that was learnt.
struct Learned {
    EngineFinding engine;
    StartupFinding startup;
    PatienceFinding patience;
};

/// The file that scenarios use, docs/formats.md: fragments with their evidence.
std::string learned_text(const Observed& observed, const Learned& learned);

/// The word of a scenario for a phase.
std::string_view phase_word(StartPhase phase);

}  // namespace spillway
