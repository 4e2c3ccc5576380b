#pragma once

#include <array>
#include <memory>

#include "traces/reader_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr std::array kCsvParams{
    kFileParam,
    default_param("time_column", ParamKind::kText, "t_s", "When a request comes."),
    choice_param("time_unit", "s|ms|us|ns|iso", "s",
                 "Unit of the time column; iso: dates such as 2024-05-10 00:00:00.0099+00:00."),
    default_param("input_column", ParamKind::kText, "input_tokens",
                  "Prompt tokens; none: the file has none."),
    default_param("output_column", ParamKind::kText, "output_tokens",
                  "Generated tokens; none: the file has none."),
    optional_param("max_tokens_column", ParamKind::kText,
                   "Most tokens that the client asked for; without it max_tokens, where the file has it."),
    optional_param("service_column", ParamKind::kText,
                   "Measured time of the request in service; without it service_s, where the file has it."),
    choice_param("service_unit", "s|ms|us|ns", "s", "Unit of the service column."),
    optional_param("session_column", ParamKind::kText,
                   "Conversation or client of the request; without it session, where the file has it."),
    optional_param(
        "grid", ParamKind::kDuration,
        "The time stamps were rounded to multiples of this: spread requests evenly at random within it."),
    kAlignParam,
    kSkipBadRowsParam,
};

/// "csv": any comma-separated trace, by a mapping of its columns; by default `t_s,input_tokens,output_tokens`
/// and the further columns that our own writer makes.
std::unique_ptr<RequestSource> make_csv(ParamReader& params, const SourceContext& context);

}  // namespace spillway
