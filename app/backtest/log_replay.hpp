#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/backtest/predicted_lines.hpp"
#include "app/backtest/replay_window.hpp"
#include "app/backtest/served_log.hpp"
#include "app/scenario/scenario.hpp"
#include "app/study/metric.hpp"
#include "app/study/vary.hpp"

namespace spillway {

/// The requests of a log inside a window and ahead of it, ready to be replayed: times count from its
/// beginning, classes are the scenario's. Refers to the log.
struct WindowedLog {
    std::vector<const ServedRequest*> requests;
    std::vector<Arrival> arrivals;  ///< one for each of them
    std::uint64_t before = 0;       ///< of them: ahead of the window
    std::uint64_t left_out = 0;

    /// Requests that came inside the window.
    std::uint64_t count() const noexcept { return requests.size() - before; }
};

/// Throws InputError for a class that the scenario does not have, and for a window without requests.
WindowedLog windowed_log(const ServedLog& log, const ReplayWindow& window, const Scenario& scenario);

/// The scenario as it is replayed: its traffic is the log's, it begins where the window does, and ahead of it
/// comes what the log has there.
Scenario replayed_scenario(Scenario scenario, const ReplayWindow& window);

/// What was measured of the requests that come after the window has settled, by the rules that predictions
/// are counted by.
std::vector<Reading> measured_readings(const WindowedLog& log, const ReplayWindow& window,
                                       const Scenario& scenario, std::span<const Metric> metrics);

/// What one replication predicts.
struct ReplayedRun {
    std::vector<Reading> readings;     ///< by metric
    std::vector<PredictedLine> lines;  ///< for the bill's period
    std::string unsettled;             ///< why the fleet did not keep up; empty: it did
};

/// Replays the requests once against the scenario that replayed_scenario() made.
ReplayedRun replay_log(const Scenario& scenario, const WindowedLog& log, const ReplayWindow& window,
                       std::span<const Metric> metrics, const Draws& draws);

}  // namespace spillway
