#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr auto kClosedLoopParams = generator_params(std::array{
    required_param("clients", ParamKind::kCount, "How many clients; each has one request open at a time."),
    default_param("think_time", ParamKind::kDurationLaw, "0s",
                  "From an answer to the client's next request."),
    default_param("ramp", ParamKind::kDuration, "0s", "The clients begin evenly spread over this time."),
    default_param("failure_pause", ParamKind::kDuration, "1s", "Added to the think time after a failure."),
});

/// Clients that send their next request when the last one is answered. Reacts to answers.
std::unique_ptr<RequestSource> make_closed_loop(ParamReader& params, const SourceContext& context);

}  // namespace spillway
