#pragma once

#include <string>

#include "app/ranks/ranks.hpp"

namespace spillway {

/// What a process made of its input before work is shared.
struct RankReport {
    std::string problem;   ///< why it cannot go on; empty: it can
    std::string identity;  ///< names what it read: all must have read the same
};

/// Compares the reports of all processes, each of which calls it. Returns why they cannot go on together, the
/// same text to all; empty: they can.
std::string agree(Ranks& ranks, const RankReport& mine);

}  // namespace spillway
