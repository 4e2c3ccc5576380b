#pragma once

#include <cstdint>
#include <string_view>

#include "models/llm/engine_rules.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// What an engine can be told, whatever says how long its iterations take.
namespace engine_params {
inline constexpr ParamSpec kMaxSequences =
    optional_param("max_sequences", ParamKind::kCount, "running at once; default: the engine's");
inline constexpr ParamSpec kMaxBatchedTokens =
    optional_param("max_batched_tokens", ParamKind::kCount, "in one iteration; default: the engine's");
inline constexpr ParamSpec kMaxTokens =
    optional_param("max_tokens", ParamKind::kCount, "output at most, of requests that state none");
inline constexpr ParamSpec kKvBlocks =
    optional_param("kv_blocks", ParamKind::kCount, "that the memory holds, where they were measured");
inline constexpr ParamSpec kOrder =
    choice_param("order", "first-come|priority|shortest-prompt", "first-come", "who is admitted first");
inline constexpr ParamSpec kPrefixCache =
    default_param("prefix_cache", ParamKind::kFlag, "true", "prompts find what others computed before");
inline constexpr ParamSpec kPrefixUnit = default_param(
    "prefix_unit", ParamKind::kCount, "512", "tokens that one prefix block of the traffic stands for");
inline constexpr ParamSpec kSharedPrefix =
    default_param("shared_prefix", ParamKind::kRatio, "0",
                  "share of each prompt that all begin with, of requests that name no prefix blocks");
inline constexpr ParamSpec kReadRate =
    optional_param("read_rate", ParamKind::kRate,
                   "tokens that a client of a streaming class takes; it keeps its slot until it has them "
                   "all; default: as they come");
inline constexpr ParamSpec kSendTime = default_param("send_time", ParamKind::kDuration, "0s",
                                                     "of a token to such a client, one after the other");
inline constexpr ParamSpec kStepping =
    choice_param("stepping", "runs|every-iteration", "runs",
                 "runs of iterations at once, or one by one: the same to the nanosecond, and slow");
}  // namespace engine_params

struct CountRange {
    std::uint32_t least = 1;
    std::uint32_t most = 100'000'000;
};

/// A count, `fallback` where it is not written. Throws InputError for one out of range.
std::uint32_t read_count(ParamReader& reader, std::string_view name, std::uint32_t fallback,
                         CountRange range = {});

/// Puts the settings of engine_params (but "stepping") in the place of those of `rules`. Throws InputError
/// for settings out of range and for those that contradict each other.
void read_settings(ParamReader& reader, EngineRules& rules);

}  // namespace spillway
