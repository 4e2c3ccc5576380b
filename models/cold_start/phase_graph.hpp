#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/cold_start/phase_need.hpp"
#include "models/cold_start/phase_time.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/startup_model.hpp"

namespace spillway {

/// One phase of a start as the user wrote it.
struct PhaseSpec {
    std::string name;
    StartPhase kind;
    PhaseTime time;
    std::vector<std::string> after;   ///< names of the phases that must have ended before it begins
    std::string where;                ///< its place in the file, for errors
    std::optional<PhaseNeed> need{};  ///< what its time depends on
};

/// Which phase of a start waits for which, checked and ordered once. A phase begins when the last of its
/// predecessors has ended; the start is over when every phase has. Phases are numbered as they were written.
/// A value type, constant after construction.
class PhaseGraph {
public:
    struct Phase {
        std::string name;
        StartPhase kind;
        PhaseTime time;
        std::vector<std::uint32_t> after;   ///< predecessors
        std::vector<std::uint32_t> before;  ///< successors
        std::optional<PhaseNeed> need;
    };

    /// Throws InputError for an empty list (at `where`), a name twice, an unknown or repeated predecessor,
    /// and a cycle, which it prints.
    PhaseGraph(const std::vector<PhaseSpec>& specs, const std::string& where);

    std::span<const Phase> phases() const noexcept { return phases_; }
    std::size_t size() const noexcept { return phases_.size(); }
    /// Every phase number once, each after all of its predecessors.
    std::span<const std::uint32_t> order() const noexcept { return order_; }
    /// No two phases can run at once.
    bool is_series() const noexcept;

    /// Writes the critical path of a finished start to `path`: from its last phase back through each phase's
    /// last-finishing predecessor, as stretches from `begin` to the last end. Among equally late phases the
    /// one written first counts; phases that took no time leave no stretch. Requires: ends[p] is when phase p
    /// ended, and each began when its last predecessor ended.
    void critical_path(SimTime begin, std::span<const SimTime> ends, std::vector<StartStretch>& path) const;

    /// The phases of that path, the first one first. Requires: the same.
    std::vector<std::uint32_t> critical_phases(SimTime begin, std::span<const SimTime> ends) const;

private:
    template <class Visit>
    void walk_back(SimTime begin, std::span<const SimTime> ends, Visit&& visit) const;

    std::vector<Phase> phases_;
    std::vector<std::uint32_t> order_;
};

}  // namespace spillway
