#pragma once

#include <string_view>

#include "models/gpu_profile/profile_fields.hpp"
#include "models/llm/engine_profile.hpp"

namespace spillway {

/// Words of the catalogue for the rules, in the order of their enumerators.
inline constexpr std::string_view kPrefillWords = "mixed-chunks|mixed-prompts|prompts-first";
inline constexpr std::string_view kKvWords = "on-demand|reserved";
inline constexpr std::string_view kVictimWords = "last-admitted|fewest-outputs";

inline constexpr double kMostScale = 4;
/// As the catalogue has them.
inline constexpr NumberField<EngineOverheads> kOverheadFields[] = {
    {"gemm_scale", &EngineOverheads::gemm_scale, kSmallest, kMostScale},
    {"decode_scale", &EngineOverheads::decode_scale, kSmallest, kMostScale},
    {"prefill_scale", &EngineOverheads::prefill_scale, kSmallest, kMostScale},
    {"all_reduce_scale", &EngineOverheads::all_reduce_scale, kSmallest, kMostScale},
    {"fp8_scale", &EngineOverheads::fp8_scale, kSmallest, kMostScale},
    {"nvfp4_scale", &EngineOverheads::nvfp4_scale, kSmallest, kMostScale},
    {"layer", &EngineOverheads::layer, 0, kMostSeconds},
    {"step", &EngineOverheads::step, 0, kMostSeconds},
    {"parallel_step", &EngineOverheads::parallel_step, 0, kMostSeconds},
    {"sequence", &EngineOverheads::sequence, 0, kMostSeconds},
    {"sampling_step", &EngineOverheads::sampling_step, 0, kMostSeconds},
    {"vocabulary_entry", &EngineOverheads::vocabulary_entry, 0, kMostSeconds},
    {"prompt_token", &EngineOverheads::prompt_token, 0, kMostSeconds},
    {"host_layer", &EngineOverheads::host_layer, 0, kMostSeconds},
    {"request", &EngineOverheads::request, 0, kMostSeconds},
    {"front", &EngineOverheads::front, 0, kMostSeconds},
    {"front_token", &EngineOverheads::front_token, 0, kMostSeconds},
};

}  // namespace spillway
