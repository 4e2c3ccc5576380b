#pragma once

#include <array>
#include <memory>

#include "traces/reader_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr std::array kBurstGptParams{
    kFileParam,
    optional_param("model", ParamKind::kText, "Only requests of this model: \"ChatGPT\" or \"GPT-4\"."),
    optional_param("log_type", ParamKind::kText, "Only this kind: \"Conversation log\" or \"API log\"."),
    choice_param("failed", "drop|keep", "drop",
                 "Requests without response tokens, which failed when they were logged."),
    default_param(
        "grid", ParamKind::kDuration, "1s",
        "The time stamps were rounded to multiples of this: spread requests evenly at random within it."),
    default_param("as_is", ParamKind::kFlag, "false", "Leave the time stamps as they are written."),
    kAlignParam,
    kSkipBadRowsParam,
};

/// "burstgpt": BurstGPT's requests of ChatGPT and GPT-4 (Timestamp,Model,Request tokens,Response tokens,Total
/// tokens, Log Type; its newer files also have Session ID and Elapsed time; github.com/HPMLL/BurstGPT).
std::unique_ptr<RequestSource> make_burstgpt(ParamReader& params, const SourceContext& context);

}  // namespace spillway
