#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr auto kPoissonParams = generator_params(std::array{
    required_param("rate", ParamKind::kRate, "Mean arrival rate."),
});

/// Independent arrivals at a constant rate.
std::unique_ptr<RequestSource> make_poisson(ParamReader& params, const SourceContext& context);

}  // namespace spillway
