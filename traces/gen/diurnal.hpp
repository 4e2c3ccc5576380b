#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr auto kDiurnalParams = generator_params(std::array{
    required_param("rate", ParamKind::kRate, "Mean arrival rate over a week."),
    default_param("peak_to_trough", ParamKind::kNumber, "3", "Busiest hour's rate over the quietest hour's."),
    default_param("peak_hour", ParamKind::kNumber, "14", "Hour of the day of the peak, 0 to 24."),
    optional_param("hours", ParamKind::kList, "24 weights instead of peak and trough, from midnight."),
    optional_param("days", ParamKind::kList, "7 weights, from Monday; left out, all days are alike."),
    default_param("cv", ParamKind::kNumber, "1", "Coefficient of variation of the gaps; 1 is Poisson."),
});

/// A rate that follows the hour of the day and the day of the week, by the scenario's wall clock.
std::unique_ptr<RequestSource> make_diurnal(ParamReader& params, const SourceContext& context);

}  // namespace spillway
