#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/config.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// The part of a source's own time that is kept.
struct Cut {
    Duration from;
    std::optional<Duration> length;
};

/// How often it is played, and how far apart.
struct RepeatSpec {
    Duration period;
    std::optional<std::int64_t> times;
    std::optional<Duration> length;
};

/// How the requests of each period are gathered at its begin.
struct Bursts {
    Duration every;
    double factor;  ///< 1 or more
};

/// What kSourceParams say beside "source".
struct Operations {
    std::optional<Cut> cut;
    double time_factor;
    std::optional<RepeatSpec> repeat;
    double rate_factor;
    Duration copy_jitter;
    std::optional<Bursts> bursts;
    std::optional<std::uint32_t> max_input_tokens;
    std::optional<std::uint32_t> max_output_tokens;

    /// Whether any of them moves, adds or removes requests: lengths do not count.
    bool any() const { return cut || time_factor != 1 || repeat || rate_factor != 1 || bursts; }
};

/// Throws InputError.
Operations read_operations(ParamReader& params);

}  // namespace spillway
