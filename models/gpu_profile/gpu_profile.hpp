#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/gpu_profile/data_sheet.hpp"

namespace spillway {

/// The version of profile files that this program writes and reads.
inline constexpr int kProfileVersion = 3;
inline constexpr const char* kProfileSchema = "spillway.gpu_profile/";  ///< its version follows

/// Where a profile's coefficients come from.
enum class ProfileKind : std::uint8_t {
    kFittedFromPublicTable,
    kMeasured,      ///< by our own probes
    kDataSheet,     ///< nothing was measured: the data sheet with efficiencies typical of fitted GPUs
    kMeasuredHost,  ///< by our own probes on a processor, not on a GPU
};

/// A matrix product [m x k] x [k x n]. Efficiencies are shares of the data sheet's dense peaks.
struct GemmForm {
    double launch_seconds = 0;
    double compute_efficiency = 0;
    double memory_efficiency = 0;
    double overlap_exponent = 0;  ///< p of (compute^p + memory^p)^(1/p): 1 adds, many overlaps fully
    double wave_weight = 0;       ///< 0: tiles divide evenly over the multiprocessors; 1: whole waves
    double k_fill = 0;            ///< a tile costs as if k were longer by this: filling its pipeline
    double n_fill = 0;  ///< weights are read as if n were larger by this: few columns use few channels
    double half_tile_penalty = 0;    ///< what a tile of half the rows costs more than half, as a share
    double quantise_efficiency = 0;  ///< of the bandwidth, quantising activations; 0: nothing is quantised
    double quantise_k_fill = 0;      ///< as k_fill, for that
};

/// Attention of new tokens over themselves and what is cached before them.
struct PrefillForm {
    double packs_heads = 0;  ///< 1: query heads that share keys fill tiles together; 0: each has its own
    double launch_seconds = 0;
    double wide_tile_seconds = 0;   ///< a launch takes longer by this when a chunk fills over half a tile
    double compute_efficiency = 0;  ///< of the bf16 peak, whatever the cache holds
    double memory_efficiency = 0;
    double l2_share = 0;  ///< of the L2, which holds what was just written: that is not read from memory
    double overlap_exponent = 0;
    double serial_seconds_per_token = 0;  ///< one tile walks the whole context; nothing shortens that
    double seconds_per_head = 0;          ///< for each head with tiles of its own, of each sequence
    double store_seconds_per_token = 0;   ///< writing a new token's keys and values, of 512 values or more
};

/// Attention of one new token a sequence.
struct DecodeForm {
    double launch_seconds = 0;
    double seconds_per_sequence = 0;
    double seconds_per_head = 0;       ///< for each query head of each sequence, of 128 values
    double seconds_per_kv_head = 0;    ///< for each head of keys and values of each sequence, of 128 values
    double stream_launch_seconds = 0;  ///< in place of launch_seconds once reading the cache takes longer
    double stream_sequence_share = 0;  ///< share of the costs a sequence that reading does not hide
    double memory_efficiency = 0;
    double compute_efficiency = 0;  ///< of the bf16 peak, whatever the cache holds
};

struct AllReducePoint {
    double bytes = 0;  ///< of one GPU's message
    double seconds = 0;
};

/// Measured times, increasing in both; between points log-log interpolation.
struct AllReduceTable {
    int gpus = 0;
    std::vector<AllReducePoint> points;
};

/// Kernels that touch each value once: norms, rotary embedding, activations, additions.
struct ElementwiseForm {
    double launch_seconds = 0;
    double memory_efficiency = 0;
};

/// Error of a form against what it was fitted to, in one part of its range. Shares: 0.07 is 7 %.
struct Residual {
    std::string region;
    std::int64_t samples = 0;
    double median = 0;  ///< of the absolute error
    double p95 = 0;     ///< of the absolute error
    double bias = 0;    ///< mean signed error; above 0: the form is slower than what was measured
};

/// Smallest and largest value that was measured. Outside the form extrapolates.
struct ValidRange {
    std::string name;
    double least = 0;
    double most = 0;
};

/// How a section came to be, and how good it is.
struct SectionQuality {
    std::int64_t samples = 0;              ///< used by the fit
    double left_out_error = 0;             ///< mean absolute error where the fit had not seen the site
    double left_out_median = 0;            ///< the median of the same errors
    double left_out_error_unfiltered = 0;  ///< the mean over all samples that are numbers
    double left_out_median_unfiltered = 0;
    std::vector<std::string> unidentified;  ///< coefficients that the samples do not tell: typical values
    double condition = 0;                   ///< of the fit's Jacobian; 0: it was not looked at
    std::string note;  ///< why it is written nevertheless, what it takes from elsewhere; mostly empty
    std::vector<ValidRange> valid;
    std::vector<Residual> residuals;  ///< the first is of everything
};

template <class Form>
struct Section {
    Precision precision = Precision::kBf16;  ///< of the weights, or of the cache
    Form form;
    SectionQuality quality;
};

/// A measured time that grows in a straight line with what is moved or made: copies, launches, loads, the
/// steps of a start.
struct TimeLine {
    std::string name;  ///< "bus.copy h2d pinned", "start.context context"
    std::string unit;  ///< of what it grows with: "byte", "node"; empty: it does not
    double base_seconds = 0;
    double seconds_each = 0;  ///< for each byte, or node
    double variation = 0;     ///< relative standard deviation of a single time, by quartiles
    SectionQuality quality;
};

/// Samples that the fit did not use.
struct Rejection {
    std::string section;
    std::string reason;
    std::int64_t samples = 0;
};

struct ProfileProvenance {
    std::string repository;
    std::string commit;
    std::string path;
    std::string software;  ///< what was measured, with its version
    std::string licence;
    std::string method;
    std::vector<Rejection> rejected;
};

/// How long the kernels of a language model take on one GPU: a value, read from a file or made from a data
/// sheet. models/gpu_profile/kernel_times.hpp evaluates it.
struct GpuProfile {
    std::string name;  ///< as in the catalogue
    ProfileKind kind = ProfileKind::kDataSheet;
    DataSheet sheet;
    std::vector<Section<GemmForm>> gemm;
    std::vector<Section<PrefillForm>> prefill;
    std::vector<Section<DecodeForm>> decode;
    std::vector<AllReduceTable> all_reduce;
    SectionQuality all_reduce_quality;
    ElementwiseForm elementwise;
    SectionQuality elementwise_quality;
    std::vector<TimeLine> times;  ///< what was measured beside kernels; empty in the catalogue's profiles
    ProfileProvenance provenance;
};

/// Whether the profile can time matrix products with such weights.
bool has_gemm(const GpuProfile& profile, Precision weights) noexcept;
/// Whether it can time attention over such a cache.
bool has_attention(const GpuProfile& profile, Precision cache) noexcept;
/// Whether it can time an all-reduce over so many GPUs. One GPU needs none and always passes.
bool has_all_reduce(const GpuProfile& profile, int gpus) noexcept;

}  // namespace spillway
