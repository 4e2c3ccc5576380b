#pragma once

#include <utility>

#include "sim/core/time.hpp"

namespace spillway {

/// Integrates the requests that wait and run in a pool, for samples that are means over time. Call advance()
/// with the counts as they stand before any of them changes.
class LoadMeter {
public:
    struct Means {
        double queued = 0;
        double in_flight = 0;
    };

    explicit LoadMeter(SimTime begin) noexcept : last_(begin), taken_(begin) {}

    void advance(SimTime now, int queued, int in_flight) noexcept {
        const Duration span = now - last_;
        last_ = now;
        queued_ += span * queued;
        in_flight_ += span * in_flight;
    }

    /// The means since this was last asked. Requires: advanced to a time after that.
    Means take() noexcept {
        const double span = to_seconds(last_ - taken_);
        taken_ = last_;
        return {to_seconds(std::exchange(queued_, {})) / span,
                to_seconds(std::exchange(in_flight_, {})) / span};
    }

private:
    SimTime last_;
    SimTime taken_;
    SummedTime queued_{0};
    SummedTime in_flight_{0};
};

}  // namespace spillway
