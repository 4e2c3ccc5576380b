#include "calibration/fit/fit_profile.hpp"

#include <cmath>
#include <limits>

#include "calibration/fit/fit_sections.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

constexpr GemmForm kGemm{.launch_seconds = 4e-6,
                         .compute_efficiency = 0.72,
                         .memory_efficiency = 0.81,
                         .overlap_exponent = 3,
                         .wave_weight = 0.5,
                         .k_fill = 200,
                         .n_fill = 300,
                         .half_tile_penalty = 0.2,
                         .quantise_efficiency = 0.4,
                         .quantise_k_fill = 2500};
constexpr PrefillForm kPrefill{.packs_heads = 1,
                               .launch_seconds = 1e-5,
                               .wide_tile_seconds = 2e-6,
                               .compute_efficiency = 0.6,
                               .memory_efficiency = 0.4,
                               .l2_share = 0.5,
                               .overlap_exponent = 1.5,
                               .serial_seconds_per_token = 1e-8,
                               .seconds_per_head = 2e-8,
                               .store_seconds_per_token = 4e-9};
constexpr DecodeForm kDecode{.launch_seconds = 1.5e-5,
                             .seconds_per_sequence = 3e-8,
                             .seconds_per_head = 2e-9,
                             .seconds_per_kv_head = 2e-8,
                             .stream_launch_seconds = 1.1e-5,
                             .stream_sequence_share = 0.4,
                             .memory_efficiency = 0.8,
                             .compute_efficiency = 0.15};

const DataSheet& sheet() { return find_data_sheet("H100", "test"); }

/// A factor within 1 % of 1, without pattern, the same on every machine.
double noise(std::size_t i) {
    return 1 + 0.02 * (std::fmod(static_cast<double>(i) * 0.754877666246693, 1.0) - 0.5);
}

std::vector<GemmRow> gemm_rows() {
    std::vector<GemmRow> rows;
    for (const double n : {256., 1024., 3072., 8192., 16384., 65536.}) {
        for (const double k : {256., 1024., 4096., 12288., 28672.}) {
            for (const double m : {1., 5., 16., 33., 64., 129., 257., 1024., 2049., 4096., 16384.}) {
                GemmRow row{{Precision::kFp8, 0}, m, n, k, 1000};
                row.seconds = gemm_seconds(sheet(), Precision::kFp8, kGemm, m, n, k) * noise(rows.size());
                rows.push_back(row);
            }
        }
    }
    return rows;
}

std::vector<PrefillRow> prefill_rows(const PrefillForm& form) {
    std::vector<PrefillRow> rows;
    for (const AttentionShape& shape : {AttentionShape{8, 1, 128}, AttentionShape{16, 2, 128},
                                        AttentionShape{32, 8, 128}, AttentionShape{64, 8, 128}}) {
        for (const double batch : {1., 4., 32., 128.}) {
            for (const double fresh : {16., 64., 200., 512., 1024., 4096., 8192.}) {
                for (const double prefix : {0., 1000., 20000.}) {
                    PrefillRow row{{Precision::kBf16, 0}, shape, batch, {prefix, fresh}};
                    const std::vector<PrefillChunk> chunks(static_cast<std::size_t>(batch), row.chunk);
                    row.seconds = prefill_attention_seconds(sheet(), Precision::kBf16, form, shape, chunks) *
                                  noise(rows.size());
                    rows.push_back(row);
                }
            }
        }
    }
    return rows;
}

std::vector<DecodeRow> decode_rows() {
    std::vector<DecodeRow> rows;
    for (const AttentionShape& shape :
         {AttentionShape{8, 1, 128}, AttentionShape{16, 2, 128}, AttentionShape{64, 1, 128},
          AttentionShape{32, 8, 128}, AttentionShape{96, 8, 128}, AttentionShape{64, 8, 128}}) {
        for (const double batch : {1., 4., 16., 64., 256., 512., 1024.}) {
            for (const double context : {128., 256., 512., 1024., 4096., 16384., 65536.}) {
                DecodeRow row{{Precision::kBf16, 0}, shape, batch, context};
                row.seconds = decode_attention_seconds(
                                  decode_attention_lines(sheet(), Precision::kBf16, kDecode, shape, batch),
                                  batch * context) *
                              noise(rows.size());
                rows.push_back(row);
            }
        }
    }
    return rows;
}

template <class Form>
void check_found(const Form& found, const Form& truth, double Form::*member, double tolerance = 0.02) {
    CHECK(found.*member == Approx(truth.*member).epsilon(tolerance));
}

}  // namespace

TEST_CASE("products made from known coefficients and 1 % of noise give them back", "[calibration][fit]") {
    const GemmFit fit = fit_gemm(sheet(), Precision::kFp8, gemm_rows());
    const GemmForm& form = fit.section.form;
    check_found(form, kGemm, &GemmForm::launch_seconds);
    check_found(form, kGemm, &GemmForm::compute_efficiency);
    check_found(form, kGemm, &GemmForm::memory_efficiency);
    check_found(form, kGemm, &GemmForm::quantise_efficiency);
    check_found(form, kGemm, &GemmForm::quantise_k_fill);
    check_found(form, kGemm, &GemmForm::wave_weight, 0.05);
    check_found(form, kGemm, &GemmForm::k_fill, 0.05);
    CHECK(fit.report.left_out.mean < 0.01);
    CHECK(fit.report.on_bound.empty());
}

TEST_CASE("prefill attention made from known coefficients gives them back", "[calibration][fit]") {
    const PrefillFit fit = fit_prefill(sheet(), Precision::kBf16, prefill_rows(kPrefill));
    check_found(fit.section.form, kPrefill, &PrefillForm::launch_seconds);
    check_found(fit.section.form, kPrefill, &PrefillForm::compute_efficiency);
    check_found(fit.section.form, kPrefill, &PrefillForm::serial_seconds_per_token, 0.05);
    check_found(fit.section.form, kPrefill, &PrefillForm::store_seconds_per_token, 0.05);
    check_found(fit.section.form, kPrefill, &PrefillForm::wide_tile_seconds, 0.05);
    check_found(fit.section.form, kPrefill, &PrefillForm::l2_share, 0.05);
    CHECK(fit.report.left_out.mean < 0.01);
}

TEST_CASE("whether the heads of a group share tiles is found by the fit", "[calibration][fit]") {
    for (const double packs : {0.0, 1.0}) {
        PrefillForm form = kPrefill;
        form.packs_heads = packs;
        const PrefillFit fit = fit_prefill(sheet(), Precision::kBf16, prefill_rows(form));
        CHECK(fit.section.form.packs_heads == packs);
        CHECK(fit.report.left_out.mean < 0.01);
    }
}

TEST_CASE("decode attention made from known coefficients gives them back", "[calibration][fit]") {
    const DecodeFit fit = fit_decode(sheet(), Precision::kBf16, decode_rows());
    check_found(fit.section.form, kDecode, &DecodeForm::launch_seconds);
    check_found(fit.section.form, kDecode, &DecodeForm::memory_efficiency);
    check_found(fit.section.form, kDecode, &DecodeForm::compute_efficiency);
    check_found(fit.section.form, kDecode, &DecodeForm::stream_launch_seconds);
    CHECK(fit.report.left_out.mean < 0.01);
}

TEST_CASE("times that are no numbers, repeated or impossibly fast are left out and counted",
          "[calibration][fit]") {
    std::vector<GemmRow> rows = gemm_rows();
    const std::size_t whole = rows.size();
    const GemmForm clean = fit_gemm(sheet(), Precision::kFp8, rows).section.form;
    rows[3].seconds = std::numeric_limits<double>::quiet_NaN();
    rows[9].seconds = -1;
    rows[50].seconds = 1e-9;
    rows.push_back(rows[100]);
    rows.back().seconds *= 7;
    const GemmFit fit = fit_gemm(sheet(), Precision::kFp8, rows);
    CHECK(fit.section.quality.samples == static_cast<std::int64_t>(whole) - 3);
    const auto rejected = [&](const std::string& reason) {
        for (const Rejection& rejection : fit.report.rejected) {
            if (rejection.reason == reason)
                return rejection.samples;
        }
        return std::int64_t{0};
    };
    CHECK(rejected("not a positive number") == 2);
    CHECK(rejected("faster than the data sheet allows") == 1);
    CHECK(rejected("the same point again") == 1);
    CHECK(fit.section.form.compute_efficiency == Approx(clean.compute_efficiency).epsilon(0.01));
}

TEST_CASE("a table with holes gives the coefficients of the whole one", "[calibration][fit]") {
    const std::vector<GemmRow> rows = gemm_rows();
    std::vector<GemmRow> holed;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i % 7 != 0 && !(i > 60 && i < 90))
            holed.push_back(rows[i]);
    }
    const GemmFit fit = fit_gemm(sheet(), Precision::kFp8, holed);
    check_found(fit.section.form, kGemm, &GemmForm::compute_efficiency);
    check_found(fit.section.form, kGemm, &GemmForm::memory_efficiency);
}

namespace {

SampleFile sample_file() {
    SampleFile file;
    file.gpu = "H100";
    file.backend = "cuda";
    for (const GemmRow& row : gemm_rows()) {
        for (const char* dtype : {"bf16", "fp8"})
            file.samples.push_back({"gemm",
                                    {{"dtype", dtype}},
                                    {{"m", row.m}, {"n", row.n}, {"k", row.k}, {"copies", 1000}},
                                    row.seconds});
    }
    for (const PrefillRow& row : prefill_rows(kPrefill))
        file.samples.push_back({"attn.prefill",
                                {{"kv_dtype", "bf16"}},
                                {{"heads", row.shape.heads},
                                 {"kv_heads", row.shape.kv_heads},
                                 {"head_dim", 128},
                                 {"batch", row.batch},
                                 {"prefix", row.chunk.prefix_tokens},
                                 {"new", row.chunk.new_tokens}},
                                row.seconds});
    for (const DecodeRow& row : decode_rows())
        file.samples.push_back({"attn.decode",
                                {{"kv_dtype", "bf16"}},
                                {{"heads", row.shape.heads},
                                 {"kv_heads", row.shape.kv_heads},
                                 {"head_dim", 128},
                                 {"batch", row.batch},
                                 {"context", row.context}},
                                row.seconds});
    return file;
}

}  // namespace

TEST_CASE("samples of our own probes give a measured profile; what they lack is filled in and says so",
          "[calibration][fit]") {
    const ProfileFit fit = fit_profile(sample_file(), {}, "s.json");
    CHECK(fit.profile.kind == ProfileKind::kMeasured);
    CHECK(has_gemm(fit.profile, Precision::kFp8));
    CHECK(has_gemm(fit.profile, Precision::kInt4));
    CHECK(has_attention(fit.profile, Precision::kBf16));
    CHECK_FALSE(has_attention(fit.profile, Precision::kFp8));
    CHECK(has_all_reduce(fit.profile, 8));
    CHECK_FALSE(fit.profile.all_reduce_quality.note.empty());
}

TEST_CASE("a section that is worse than allowed is refused unless it is accepted with a reason",
          "[calibration][fit]") {
    SampleFile file = sample_file();
    for (std::size_t i = 0; i < file.samples.size(); ++i) {
        Sample& sample = file.samples[i];
        if (sample.probe == "attn.decode")
            sample.median_seconds *= std::exp(3 * std::sin(static_cast<double>(i) * 1.7) + 3);
    }
    const ProfileFit refused = fit_profile(file, {}, "s.json");
    REQUIRE_FALSE(refused.refusals.empty());
    CHECK_THAT(refused.refusals.front(), tests::contains_text("decode attention bf16"));
    FitOptions options;
    options.accepted = {{"decode attention bf16", "a noisy host"}};
    const ProfileFit accepted = fit_profile(file, options, "s.json");
    CHECK(accepted.refusals.empty());
    CHECK(accepted.profile.decode[0].quality.note == "a noisy host");
}

TEST_CASE("samples of an unknown GPU, an unknown probe or too few rows are refused", "[calibration][fit]") {
    SampleFile file = sample_file();
    file.gpu = "H10O";
    CHECK_THROWS_WITH(fit_profile(file, {}, "s.json"), tests::contains_text("H100"));
    file.gpu = "H100";
    file.samples[0].probe = "gem";
    CHECK_THROWS_WITH(fit_profile(file, {}, "s.json"), tests::contains_text("gemm"));
    file.samples.resize(0);
    CHECK_THROWS_AS(fit_profile(file, {}, "s.json"), InputError);
}

TEST_CASE("samples that their GPU's data sheet does not allow are refused", "[calibration][fit]") {
    SampleFile file = sample_file();
    for (Sample& sample : file.samples) sample.median_seconds *= 1e-6;
    CHECK_THROWS_WITH(fit_profile(file, {}, "s.json"), tests::contains_text("rows can be used"));
}

TEST_CASE("sizes below one and accepted sections that are none are refused", "[calibration][fit]") {
    SampleFile file = sample_file();
    FitOptions options;
    options.accepted = {{"gemm fp9", "why"}};
    CHECK_THROWS_WITH(fit_profile(file, options, "s.json"), tests::contains_text("gemm fp9"));
    file.samples[0].numbers[0].second = 0;
    CHECK_THROWS_WITH(fit_profile(file, {}, "s.json"), tests::contains_text("\"m\""));
}
