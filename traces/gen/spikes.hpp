#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr auto kSpikesParams = generator_params(std::array{
    required_param("height", ParamKind::kRate, "Extra arrival rate at the top of a spike."),
    required_param("width", ParamKind::kDuration, "Length of a spike."),
    choice_param(
        "shape", "square|triangle|decay", "square",
        "square: full height throughout; triangle: up and down; decay: at once to the top, then down to 5%."),
    optional_param("at", ParamKind::kList,
                   "Where spikes begin: a list of durations from the start of the traffic."),
    optional_param("every", ParamKind::kDuration,
                   "Spikes begin one such period apart, the first after one period."),
    optional_param("rate", ParamKind::kRate,
                   "Spikes begin at random, so many in the mean; they never overlap."),
    optional_param("over", ParamKind::kObject, "The source that the spikes come on top of."),
});

/// Bursts of extra Poisson traffic at stated, periodic or random moments, over another source or alone.
/// Spikes over another source have their own token lengths.
std::unique_ptr<RequestSource> make_spikes(ParamReader& params, const SourceContext& context);

}  // namespace spillway
