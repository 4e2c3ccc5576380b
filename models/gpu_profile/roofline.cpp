#include "models/gpu_profile/roofline.hpp"

#include <array>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

// About what the fitted profiles of the catalogue have; a test holds each inside their range.
constexpr GemmForm kTypicalGemm{.launch_seconds = 3e-6,
                                .compute_efficiency = 0.8,
                                .memory_efficiency = 0.83,
                                .overlap_exponent = 4,
                                .wave_weight = 0.4,
                                .k_fill = 150,
                                .n_fill = 0,
                                .half_tile_penalty = 0.1,
                                .quantise_efficiency = 0,
                                .quantise_k_fill = 0};
constexpr PrefillForm kTypicalPrefill{.packs_heads = 0,
                                      .launch_seconds = 1e-5,
                                      .wide_tile_seconds = 0,
                                      .compute_efficiency = 0.6,
                                      .memory_efficiency = 0.8,
                                      .l2_share = 0.5,
                                      .overlap_exponent = 1.3,
                                      .serial_seconds_per_token = 1e-8,
                                      .seconds_per_head = 5e-9,
                                      .store_seconds_per_token = 3e-9};
constexpr DecodeForm kTypicalDecode{.launch_seconds = 1e-5,
                                    .seconds_per_sequence = 5e-9,
                                    .seconds_per_head = 3e-10,
                                    .seconds_per_kv_head = 2.5e-8,
                                    .stream_launch_seconds = 1.2e-5,
                                    .stream_sequence_share = 0.3,
                                    .memory_efficiency = 0.82,
                                    .compute_efficiency = 0.15};
constexpr ElementwiseForm kTypicalElementwise{.launch_seconds = 2e-6, .memory_efficiency = 0.8};

constexpr std::array kPrecisions{Precision::kBf16, Precision::kFp8, Precision::kNvfp4, Precision::kInt8,
                                 Precision::kFp32};
constexpr std::array kCaches{Precision::kBf16, Precision::kFp8, Precision::kFp32};

GemmForm gemm_form(Precision precision) {
    GemmForm form = kTypicalGemm;
    if (precision == wide_precision(precision))
        return form;
    form.launch_seconds = 5e-6;
    form.k_fill = 300;
    form.quantise_efficiency = 0.5;
    form.quantise_k_fill = 2000;
    return form;
}

/// What a sum over the GPUs of a node takes: `seconds` and then its bytes at a share of the link's bandwidth.
struct AllReduceForm {
    double seconds = 0;
    double link_efficiency = 0;
};

AllReduceForm all_reduce_form(const DataSheet& sheet, int gpus) {
    if (sheet.has_own_link())
        return {5e-6, 0.7};
    // A ring over PCIe, whose paths the GPUs share. Measured on L40S and RTX PRO 6000: 0.60 and 0.62 of the
    // link with two GPUs, 0.12 and 0.47 with four, 0.06 and 0.38 with eight; of each pair, the geometric
    // middle.
    constexpr double kStepSeconds = 2e-6;
    return {2 * (gpus - 1) * kStepSeconds, gpus <= 2 ? 0.6 : gpus <= 4 ? 0.24 : 0.15};
}

/// Every byte passes each link 2 (n - 1) / n times.
AllReduceTable all_reduce_table(const DataSheet& sheet, int gpus) {
    AllReduceTable table{gpus, {}};
    const AllReduceForm form = all_reduce_form(sheet, gpus);
    const double passes = 2.0 * (gpus - 1) / gpus;
    const double rate = sheet.link_bandwidth * form.link_efficiency;
    for (double bytes = 1024; bytes <= 1024.0 * 1024 * 1024; bytes *= 4)
        table.points.push_back({bytes, form.seconds + passes * bytes / rate});
    return table;
}

}  // namespace

GpuProfile roofline_profile(const std::string& name, const DataSheet& sheet) {
    GpuProfile profile;
    profile.name = name;
    profile.kind = ProfileKind::kDataSheet;
    profile.sheet = sheet;
    for (const Precision precision : kPrecisions) {
        if (sheet.flops_of(precision) > 0)
            profile.gemm.push_back({precision, gemm_form(precision), {}});
    }
    for (const Precision cache : kCaches) {
        if (sheet.flops_of(wide_precision(cache)) <= 0)
            continue;
        profile.prefill.push_back({cache, kTypicalPrefill, {}});
        profile.decode.push_back({cache, kTypicalDecode, {}});
    }
    for (const int gpus : {2, 4, 8}) profile.all_reduce.push_back(all_reduce_table(sheet, gpus));
    profile.elementwise = kTypicalElementwise;
    if (has_gemm(profile, Precision::kBf16))
        add_weight_only(profile);
    profile.provenance.path = sheet.source;
    profile.provenance.software = "none: nothing was measured";
    profile.provenance.method = "data sheet with efficiencies typical of fitted GPUs";
    return profile;
}

void add_weight_only(GpuProfile& profile) {
    for (const Section<GemmForm>& section : profile.gemm) {
        if (section.precision != Precision::kBf16)
            continue;
        Section<GemmForm> own{Precision::kInt4, section.form, {}};
        own.quality.note = "not measured: the bf16 form with 4-bit weights";
        own.quality.valid = section.quality.valid;
        profile.gemm.push_back(std::move(own));
        return;
    }
    SPILLWAY_CHECK(false, "a profile without bf16 products");
}

}  // namespace spillway
