#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sim/fleet/request_source.hpp"

namespace spillway {

/// The same requests with prompts and answers no longer than stated. A prompt that was cut has lost its
/// prefix blocks: what stands in the place of its beginning is not what others begin with. Where answers are
/// limited, so are the limits that clients state.
std::unique_ptr<RequestSource> cap_lengths(std::unique_ptr<RequestSource> source,
                                           std::optional<std::uint32_t> most_input,
                                           std::optional<std::uint32_t> most_output);

}  // namespace spillway
