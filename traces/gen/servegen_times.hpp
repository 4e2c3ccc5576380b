#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/rng.hpp"
#include "traces/gen/servegen_data.hpp"
#include "traces/gen/unit_gaps.hpp"

namespace spillway {

/// When one client sends, as times of the data. Within a window its gaps are drawn twice from the same
/// stream: once for their sum, once to hand them out scaled to fill the window, so that none need be kept.
class ServegenTimes {
public:
    /// `entity` names the client in the streams; its low 16 bits are free for the window.
    ServegenTimes(std::vector<RateWindow> windows, StreamKey key, std::uint64_t entity)
        : windows_(std::move(windows)), key_(key), entity_(entity), stream_(key, entity) {}

    /// The next request, in non-decreasing time; empty after the last window.
    std::optional<Duration> next();

private:
    void open_window(std::size_t index);
    double draw_gap();

    std::vector<RateWindow> windows_;
    StreamKey key_;
    std::uint64_t entity_;
    RandomStream stream_;
    std::size_t next_window_ = 0;
    RateWindow window_;  // the open one
    GammaLaw gamma_{1};
    std::int64_t left_ = 0;  // requests of the open window
    double at_ = 0;          // nanoseconds into it
    double scale_ = 0;       // nanoseconds a unit of the gap law
};

}  // namespace spillway
