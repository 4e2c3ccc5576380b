#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr std::array kRateStepParams{
    required_param("from", ParamKind::kDuration, "Where this rate begins, from the start of the traffic."),
    required_param("rate", ParamKind::kRate, "Arrival rate from there on; may be 0."),
};

inline constexpr auto kRateSeriesParams = generator_params(std::array{
    list_param("steps", kRateStepParams, "The rates, in ascending order; the last one holds to the end."),
    optional_param("file", ParamKind::kText,
                   "CSV with a header to read the rates from, instead of \"steps\"."),
    default_param("time_column", ParamKind::kText, "t_s", "Column with the start of each step, in seconds."),
    default_param("rate_column", ParamKind::kText, "rate_rps", "Column with the rate, in requests a second."),
    optional_param("where_column", ParamKind::kText,
                   "Read only rows that have \"where_value\" in this column."),
    optional_param("where_value", ParamKind::kText, "The value to look for in \"where_column\"."),
    default_param("factor", ParamKind::kNumber, "1", "Every rate is multiplied by it."),
    default_param("cv", ParamKind::kNumber, "1", "Coefficient of variation of the gaps; 1 is Poisson."),
});

/// A rate that changes at stated moments. From a file, it ends one step after the last row.
std::unique_ptr<RequestSource> make_rate_series(ParamReader& params, const SourceContext& context);

}  // namespace spillway
