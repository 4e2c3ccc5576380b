#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr auto kGammaParams = generator_params(std::array{
    required_param("rate", ParamKind::kRate, "Mean arrival rate."),
    required_param("cv", ParamKind::kNumber, "Coefficient of variation of the gaps; 1 is Poisson."),
});

/// Independent gamma distributed gaps.
std::unique_ptr<RequestSource> make_gamma(ParamReader& params, const SourceContext& context);

}  // namespace spillway
