#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr std::array kMmppStateParams{
    required_param("rate", ParamKind::kRate, "Arrival rate in this state; may be 0."),
    required_param("mean_sojourn", ParamKind::kDuration, "Mean time in this state (exponential)."),
};

inline constexpr auto kMmppParams = generator_params(std::array{
    required_list("states", kMmppStateParams,
                  "Two or more states; each follows the one before, in a circle."),
});

/// A Markov-modulated Poisson process: bursts. Begins in its steady state.
std::unique_ptr<RequestSource> make_mmpp(ParamReader& params, const SourceContext& context);

}  // namespace spillway
