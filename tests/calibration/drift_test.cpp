#include "calibration/fit/drift.hpp"

#include <algorithm>

#include "models/gpu_profile/profile_catalog.hpp"
#include "tests/calibration/noise.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

constexpr double kThreshold = 0.03;

/// Forty products and six copies, each scaled and with noise.
SampleFile samples_of(double products, double copies, std::size_t seed) {
    SampleFile file{"H100", "cuda", {}, {}, {}, {}, {}};
    for (std::size_t i = 0; i < 40; ++i) {
        Sample sample{"gemm", {{"dtype", "bf16"}}, {{"m", static_cast<double>(i + 1)}, {"n", 4096}}, 1e-5};
        sample.median_seconds =
            1e-5 * static_cast<double>(i + 1) * products * tests::normal_noise(seed + i, 0.01);
        file.samples.push_back(sample);
    }
    for (std::size_t i = 0; i < 6; ++i) {
        Sample sample{"mem.copy", {{"via", "memcpy"}}, {{"bytes", 1e6 * static_cast<double>(i + 1)}}, 1e-5};
        sample.median_seconds = 1e-6 * static_cast<double>(i + 1) * copies;
        file.samples.push_back(sample);
    }
    return file;
}

const ProbeDrift& of_probe(const std::vector<ProbeDrift>& drifts, const std::string& probe) {
    const auto found = std::find_if(drifts.begin(), drifts.end(),
                                    [&](const ProbeDrift& drift) { return drift.probe == probe; });
    REQUIRE(found != drifts.end());
    return *found;
}

}  // namespace

TEST_CASE("samples of the same machine twice are the same", "[calibration][drift]") {
    const auto drifts = compare_samples(samples_of(1, 1, 0), samples_of(1, 1, 1000), kThreshold);
    CHECK(of_probe(drifts, "gemm bf16").verdict == Drift::kSame);
    CHECK(of_probe(drifts, "gemm bf16").points == 40);
    CHECK(of_probe(drifts, "mem.copy memcpy").verdict == Drift::kSame);
}

TEST_CASE("a probe that slowed down by a tenth is slower, and the other way round faster",
          "[calibration][drift]") {
    const SampleFile before = samples_of(1, 1, 0);
    const SampleFile after = samples_of(1.1, 1, 1000);
    CHECK(of_probe(compare_samples(before, after, kThreshold), "gemm bf16").verdict == Drift::kSlower);
    CHECK(of_probe(compare_samples(before, after, kThreshold), "gemm bf16").ratio ==
          Approx(1.1).epsilon(0.01));
    CHECK(of_probe(compare_samples(after, before, kThreshold), "gemm bf16").verdict == Drift::kFaster);
    CHECK(of_probe(compare_samples(before, after, kThreshold), "mem.copy memcpy").verdict == Drift::kSame);
}

TEST_CASE("a change about as large as the threshold is unclear, with the interval as its reason",
          "[calibration][drift]") {
    SampleFile after = samples_of(1.03, 1, 1000);
    for (Sample& sample : after.samples) sample.rerun = 0.005;
    const auto drifts = compare_samples(samples_of(1, 1, 0), after, kThreshold);
    const ProbeDrift& drift = of_probe(drifts, "gemm bf16");
    CHECK(drift.verdict == Drift::kUnclear);
    CHECK_THAT(drift.reason, tests::contains_text("threshold"));
}

TEST_CASE("rounds that lie far apart make a small change unclear", "[calibration][drift]") {
    SampleFile before = samples_of(1, 1, 0);
    SampleFile after = samples_of(1.05, 1, 1000);
    for (Sample& sample : after.samples) sample.rerun = 0.08;
    CHECK(of_probe(compare_samples(before, after, kThreshold), "gemm bf16").verdict == Drift::kUnclear);
}

TEST_CASE("a probe of one file alone is missing, and says of which", "[calibration][drift]") {
    SampleFile after = samples_of(1, 1, 0);
    std::erase_if(after.samples, [](const Sample& sample) { return sample.probe == "mem.copy"; });
    const auto drifts = compare_samples(samples_of(1, 1, 0), after, kThreshold);
    CHECK(of_probe(drifts, "mem.copy memcpy").verdict == Drift::kMissing);
    CHECK(of_probe(drifts, "mem.copy memcpy").reason == "only in A");
}

TEST_CASE("marked points are left out of a comparison", "[calibration][drift]") {
    SampleFile after = samples_of(1, 1, 0);
    for (std::size_t i = 0; i < 20; ++i) {
        after.samples[i].median_seconds *= 3;
        after.samples[i].marks = {"throttled: power cap"};
    }
    const auto drifts = compare_samples(samples_of(1, 1, 0), after, kThreshold);
    CHECK(of_probe(drifts, "gemm bf16").verdict == Drift::kSame);
    CHECK(of_probe(drifts, "gemm bf16").points == 20);
}

TEST_CASE("a probe whose points are all marked is unclear, whatever they say", "[calibration][drift]") {
    SampleFile after = samples_of(1, 1, 0);
    for (Sample& sample : after.samples) sample.marks = {"the sentinel moved by +9 %"};
    const auto drifts = compare_samples(samples_of(1, 1, 0), after, kThreshold);
    CHECK(of_probe(drifts, "gemm bf16").verdict == Drift::kUnclear);
    CHECK(of_probe(drifts, "gemm bf16").ratio == Approx(1));
    CHECK_THAT(of_probe(drifts, "gemm bf16").reason, tests::contains_text("marked"));
}

TEST_CASE("one size that fell to a slow kernel is named although the median holds still",
          "[calibration][drift]") {
    SampleFile after = samples_of(1, 1, 0);
    after.samples[7].median_seconds *= 2;
    const auto drifts = compare_samples(samples_of(1, 1, 0), after, kThreshold);
    const ProbeDrift& drift = of_probe(drifts, "gemm bf16");
    CHECK(drift.verdict == Drift::kSame);
    REQUIRE(drift.changed.size() == 1);
    CHECK_THAT(drift.changed[0], tests::contains_text("m 8"));
}

TEST_CASE("a profile is the same as itself, and one with slower memory is slower where that matters",
          "[calibration][drift]") {
    const GpuProfile& before = find_gpu_profile("H100", "test");
    for (const ProbeDrift& drift : compare_profiles(before, before, kThreshold)) {
        CHECK(drift.verdict == Drift::kSame);
        CHECK(drift.ratio == 1);
    }
    GpuProfile after = before;
    after.decode[0].form.memory_efficiency *= 0.8;
    after.decode[0].form.launch_seconds *= 1.25;
    after.decode[0].form.stream_launch_seconds *= 1.25;
    after.decode[0].form.seconds_per_kv_head *= 1.25;
    after.decode[0].form.seconds_per_sequence *= 1.25;
    after.decode[0].form.seconds_per_head *= 1.25;
    const auto drifts = compare_profiles(before, after, kThreshold);
    CHECK(of_probe(drifts, "decode attention bf16").verdict == Drift::kSlower);
    CHECK(of_probe(drifts, "gemm bf16").verdict == Drift::kSame);
}

TEST_CASE("a section that one profile lacks is missing", "[calibration][drift]") {
    const GpuProfile& h100 = find_gpu_profile("H100", "test");
    const GpuProfile& a100 = find_gpu_profile("A100-80GB", "test");
    CHECK(of_probe(compare_profiles(h100, a100, kThreshold), "gemm fp8").verdict == Drift::kMissing);
}

TEST_CASE("one size of a table that doubled is not the same, however few the sizes", "[calibration][drift]") {
    GpuProfile before = find_gpu_profile("H100", "test");
    before.all_reduce = {{2, {{1024, 1e-5}, {1048576, 2e-5}}}};
    GpuProfile after = before;
    after.all_reduce[0].points[1].seconds *= 2;
    const ProbeDrift drift = of_probe(compare_profiles(before, after, kThreshold), "all-reduce 2 GPUs");
    CHECK(drift.verdict == Drift::kUnclear);
    CHECK(drift.high == Approx(2));
}

TEST_CASE("tables and element-wise kernels of one profile alone are missing", "[calibration][drift]") {
    const GpuProfile& before = find_gpu_profile("H100", "test");
    GpuProfile after = before;
    after.all_reduce.pop_back();
    after.elementwise_quality.samples = 0;
    const auto drifts = compare_profiles(before, after, kThreshold);
    CHECK(of_probe(drifts, "all-reduce 8 GPUs").reason == "only in A");
    CHECK(of_probe(drifts, "element-wise").reason == "only in A");
    CHECK(of_probe(compare_profiles(after, before, kThreshold), "element-wise").reason == "only in B");
}

TEST_CASE("an interval lies where the ratios lie, not evenly about their median", "[calibration][drift]") {
    SampleFile before{"H100", "cuda", {}, {}, {}, {}, {}};
    SampleFile after = before;
    for (std::size_t i = 0; i < 6; ++i) {
        before.samples.push_back({"gemm", {}, {{"m", static_cast<double>(i)}}, 1});
        after.samples.push_back({"gemm", {}, {{"m", static_cast<double>(i)}}, i == 5 ? 1.08 : 1});
    }
    const ProbeDrift drift = of_probe(compare_samples(before, after, 0.045), "gemm");
    CHECK(drift.low == 1);
    CHECK(drift.high == Approx(1.08));
    CHECK(drift.verdict == Drift::kUnclear);
}
