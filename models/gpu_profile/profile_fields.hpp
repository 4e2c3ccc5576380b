#pragma once

#include <array>
#include <limits>
#include <string_view>

#include "models/gpu_profile/gpu_profile.hpp"

namespace spillway {

/// A number of a profile file: its name there, where it is kept, and what it may be.
template <class Owner>
struct NumberField {
    std::string_view name;
    double Owner::*member;
    double least = 0;
    double most = std::numeric_limits<double>::max();
};

inline constexpr double kSmallest = std::numeric_limits<double>::min();  ///< above 0: it divides
inline constexpr double kMostSeconds = 1;  ///< no constant of a kernel is longer
/// Efficiencies are shares of a peak; one above 1 is possible where the peak is that of another precision.
inline constexpr double kMostEfficiency = 4;

inline constexpr std::array kSheetFields{
    NumberField<DataSheet>{"memory_bytes", &DataSheet::memory_bytes, 1},
    NumberField<DataSheet>{"memory_bandwidth", &DataSheet::memory_bandwidth, 1},
    NumberField<DataSheet>{"l2_bytes", &DataSheet::l2_bytes, 1},
    NumberField<DataSheet>{"multiprocessors", &DataSheet::multiprocessors, 1},
    NumberField<DataSheet>{"link_bandwidth", &DataSheet::link_bandwidth, 1},
    NumberField<DataSheet>{"pcie_bandwidth", &DataSheet::pcie_bandwidth, 1},
};

inline constexpr std::array kGemmFields{
    NumberField<GemmForm>{"launch_seconds", &GemmForm::launch_seconds, 0, kMostSeconds},
    NumberField<GemmForm>{"compute_efficiency", &GemmForm::compute_efficiency, kSmallest, kMostEfficiency},
    NumberField<GemmForm>{"memory_efficiency", &GemmForm::memory_efficiency, kSmallest, kMostEfficiency},
    NumberField<GemmForm>{"overlap_exponent", &GemmForm::overlap_exponent, 1, 100},
    NumberField<GemmForm>{"wave_weight", &GemmForm::wave_weight, 0, 1},
    NumberField<GemmForm>{"k_fill", &GemmForm::k_fill},
    NumberField<GemmForm>{"n_fill", &GemmForm::n_fill},
    NumberField<GemmForm>{"half_tile_penalty", &GemmForm::half_tile_penalty},
    NumberField<GemmForm>{"quantise_efficiency", &GemmForm::quantise_efficiency, 0, kMostEfficiency},
    NumberField<GemmForm>{"quantise_k_fill", &GemmForm::quantise_k_fill},
};

inline constexpr std::array kPrefillFields{
    NumberField<PrefillForm>{"packs_heads", &PrefillForm::packs_heads, 0, 1},
    NumberField<PrefillForm>{"launch_seconds", &PrefillForm::launch_seconds, 0, kMostSeconds},
    NumberField<PrefillForm>{"wide_tile_seconds", &PrefillForm::wide_tile_seconds, 0, kMostSeconds},
    NumberField<PrefillForm>{"compute_efficiency", &PrefillForm::compute_efficiency, kSmallest,
                             kMostEfficiency},
    NumberField<PrefillForm>{"memory_efficiency", &PrefillForm::memory_efficiency, kSmallest,
                             kMostEfficiency},
    NumberField<PrefillForm>{"l2_share", &PrefillForm::l2_share},
    NumberField<PrefillForm>{"overlap_exponent", &PrefillForm::overlap_exponent, 1, 100},
    NumberField<PrefillForm>{"serial_seconds_per_token", &PrefillForm::serial_seconds_per_token, 0,
                             kMostSeconds},
    NumberField<PrefillForm>{"seconds_per_head", &PrefillForm::seconds_per_head, 0, kMostSeconds},
    NumberField<PrefillForm>{"store_seconds_per_token", &PrefillForm::store_seconds_per_token, 0,
                             kMostSeconds},
};

inline constexpr std::array kDecodeFields{
    NumberField<DecodeForm>{"launch_seconds", &DecodeForm::launch_seconds, 0, kMostSeconds},
    NumberField<DecodeForm>{"seconds_per_sequence", &DecodeForm::seconds_per_sequence, 0, kMostSeconds},
    NumberField<DecodeForm>{"seconds_per_head", &DecodeForm::seconds_per_head, 0, kMostSeconds},
    NumberField<DecodeForm>{"seconds_per_kv_head", &DecodeForm::seconds_per_kv_head, 0, kMostSeconds},
    NumberField<DecodeForm>{"stream_launch_seconds", &DecodeForm::stream_launch_seconds, 0, kMostSeconds},
    NumberField<DecodeForm>{"stream_sequence_share", &DecodeForm::stream_sequence_share, 0, 1},
    NumberField<DecodeForm>{"memory_efficiency", &DecodeForm::memory_efficiency, kSmallest, kMostEfficiency},
    NumberField<DecodeForm>{"compute_efficiency", &DecodeForm::compute_efficiency, kSmallest,
                            kMostEfficiency},
};

inline constexpr std::array kElementwiseFields{
    NumberField<ElementwiseForm>{"launch_seconds", &ElementwiseForm::launch_seconds, 0, kMostSeconds},
    NumberField<ElementwiseForm>{"memory_efficiency", &ElementwiseForm::memory_efficiency, kSmallest,
                                 kMostEfficiency},
};

}  // namespace spillway
