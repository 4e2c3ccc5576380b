#pragma once

#include <array>
#include <memory>

#include "sim/core/config.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr std::array kCutParams{
    default_param("from", ParamKind::kDuration, "0s", "Leave out what comes before this time of the source."),
    optional_param("for", ParamKind::kDuration, "Keep only this length."),
};

inline constexpr std::array kRepeatParams{
    optional_param("times", ParamKind::kCount, "How often it is played in all."),
    optional_param("for", ParamKind::kDuration, "Play it over and over for this long."),
    optional_param("period", ParamKind::kDuration,
                   "From one start to the next; left out, the length of the cut."),
};

inline constexpr std::array kBurstParams{
    default_param("every", ParamKind::kDuration, "10m", "From the begin of one burst to that of the next."),
    required_param("factor", ParamKind::kNumber,
                   "How many times as fast as they came, 1 or more; silence follows."),
};

/// What every source can be told of the lengths of its requests, those that react to answers included.
inline constexpr std::array kLengthParams{
    optional_param("max_input_tokens", ParamKind::kCount,
                   "6. Longer prompts are cut to this, and share no prefix with others."),
    optional_param("max_output_tokens", ParamKind::kCount,
                   "7. Longer answers end here, and clients' own limits are lowered to it."),
};

/// What every source can be told beside its own parameters, in the order in which it happens. Sources that
/// react to answers have none of it but "source" and kLengthParams.
inline constexpr std::array kSourceParams{
    required_param("source", ParamKind::kText, "Name of the reader, generator or combination."),
    object_param("cut", kCutParams,
                 "1. Keep a part of the source's own time, which then begins the traffic."),
    default_param("time_factor", ParamKind::kNumber, "1",
                  "2. Multiply every gap: 0.5 plays the traffic in half the time."),
    object_param("repeat", kRepeatParams,
                 "3. Play it again and again; without \"times\" and \"for\", to the horizon."),
    default_param("rate_factor", ParamKind::kNumber, "1",
                  "4. Below 1, leave requests out at random; above 1, add copies of them."),
    default_param("copy_jitter", ParamKind::kDuration, "10s",
                  "Copies lie at most half of this before or after their original."),
    object_param("bursts", kBurstParams,
                 "5. Gather the requests of each period at its begin: the same ones, in less time."),
    kLengthParams[0],
    kLengthParams[1],
};

/// Builds a source by its entry and puts the operations of kSourceParams around it; without any, the source
/// stands alone. Throws InputError.
std::unique_ptr<RequestSource> make_combined(const ConfigNode& node, const RegistryEntry<MakeSource>& entry,
                                             const SourceContext& context);

/// Whether this source plays the requests that a file has: what a context's `resample` makes anew.
bool is_recorded(const RegistryEntry<MakeSource>& entry);

/// Whether this source waits for answers.
bool is_reactive(const RegistryEntry<MakeSource>& entry);

/// As make_source(); InputError when the source waits for answers.
std::unique_ptr<RequestSource> make_passive_source(const ConfigNode& node, const SourceContext& context);

}  // namespace spillway
