#pragma once

#include <array>
#include <memory>

#include "traces/reader_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr std::array kMooncakeParams{
    kFileParam,
    default_param(
        "grid", ParamKind::kDuration, "3s",
        "The time stamps were rounded to multiples of this: spread requests evenly at random within it."),
    default_param("as_is", ParamKind::kFlag, "false", "Leave the time stamps as they are written."),
    kAlignParam,
    kSkipBadRowsParam,
};

/// "mooncake": Mooncake's request traces, one JSON object a line: timestamp (ms), input_length,
/// output_length, hash_ids (prefix blocks of 512 tokens; github.com/kvcache-ai/Mooncake).
std::unique_ptr<RequestSource> make_mooncake(ParamReader& params, const SourceContext& context);

}  // namespace spillway
