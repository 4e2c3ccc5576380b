#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/fleet/startup_model.hpp"

namespace spillway::tests {

/// Runs starts of one model by hand and writes down what it tells, one word a line of the log:
/// "12s:1 pull" (start 1 reached the pull), "30s:1 ready pull=12s weights=18s" (its critical path), "30s:1
/// failed".
class StartLog final : public StartListener {
public:
    explicit StartLog(StartupModel& model) : model_(model) {}

    /// Begins start number `id`, the id-th of its pool, at `now`.
    void begin(std::uint32_t id, SimTime now);
    void begin(const StartContext& context, SimTime now);
    /// Advances the model to each of its changes up to and including `until`.
    void run(SimTime until = SimTime::max());

    void start_reached(StartId start, StartPhase phase) override;
    void start_ready(StartId start, const std::vector<StartStretch>& path) override;
    void start_failed(StartId start) override;

    const std::vector<std::string>& lines() const noexcept { return lines_; }
    /// Of the start that was ready last.
    const std::vector<StartStretch>& path() const noexcept { return path_; }
    std::optional<SimTime> ready_at() const noexcept { return ready_at_; }

private:
    void write(StartId start, const std::string& what);

    StartupModel& model_;
    SimTime now_;
    std::vector<SimTime> begun_;  // by StartId
    std::vector<std::string> lines_;
    std::vector<StartStretch> path_;
    std::optional<SimTime> ready_at_;
};

}  // namespace spillway::tests
