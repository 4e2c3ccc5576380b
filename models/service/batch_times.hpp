#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// How long a batch of n requests takes: a table by batch size, linear in between. A value type.
class BatchTimes {
public:
    /// Throws InputError (at `where`) unless the table begins with 1 request and every time is above 0.
    /// Requires: sizes ascend strictly.
    BatchTimes(std::vector<std::pair<std::size_t, Duration>> table, const std::string& where);

    std::size_t largest() const noexcept { return times_.size(); }
    /// Requires: 1 <= requests <= largest().
    Duration of(std::size_t requests) const { return times_.at(requests - 1); }
    /// Multiplies every time. Requires: factor > 0.
    void scale(double factor);
    /// The most requests a second that batches of up to `limit` reach. Requires: limit >= 1.
    double best_rate(std::size_t limit) const;
    /// Of batches of up to `limit`. Requires: limit >= 1.
    Duration shortest(std::size_t limit) const;
    Duration longest(std::size_t limit) const;

private:
    std::vector<Duration> times_;  // by size - 1
};

/// Reads {"1": "800ms", "4": "1.4s", "8": "2.2s"}. Throws InputError for anything else.
BatchTimes parse_batch_times(const ConfigNode& node);

}  // namespace spillway
