// Profiles of machines that describe themselves, and of samples that lack probes.
#include <algorithm>
#include <cmath>

#include "calibration/fit/fit_profile.hpp"
#include "models/gpu_profile/kernel_times.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "models/gpu_profile/profile_file.hpp"
#include "sim/core/error.hpp"
#include "tests/calibration/noise.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;

namespace {

constexpr double kNoise = 0.03;
const DataSheet kTruth{.memory_bytes = 64e9,
                       .memory_bandwidth = 1.5e12,
                       .l2_bytes = 30e6,
                       .multiprocessors = 90,
                       .flops = {200e12},
                       .link_bandwidth = 1,
                       .pcie_bandwidth = 1,
                       .source = "made up"};
constexpr GemmForm kForm{.launch_seconds = 4e-6,
                         .compute_efficiency = 0.8,
                         .memory_efficiency = 0.9,
                         .overlap_exponent = 4,
                         .wave_weight = 0.5,
                         .k_fill = 150,
                         .n_fill = 200,
                         .half_tile_penalty = 0.1,
                         .quantise_efficiency = 0,
                         .quantise_k_fill = 0};

void add_products(SampleFile& file) {
    for (const double n : {1024., 2560., 4096., 8192., 14336., 28672.}) {
        for (const double k : {1024., 3072., 4096., 8192., 14336.}) {
            for (const double m : {1., 4., 16., 40., 64., 128., 300., 1024., 2049., 4096., 16384.}) {
                Sample sample{
                    "gemm", {{"dtype", "bf16"}}, {{"m", m}, {"n", n}, {"k", k}, {"copies", 1000}}, 1};
                sample.median_seconds = gemm_seconds(kTruth, Precision::kBf16, kForm, m, n, k) *
                                        tests::normal_noise(file.samples.size(), kNoise);
                file.samples.push_back(sample);
            }
        }
    }
}

void add_line(SampleFile& file, const Sample& like, const char* count, double base, double each) {
    for (double size = 4096; size < 5e9; size *= 4) {
        Sample sample = like;
        sample.numbers.emplace_back(count, size);
        sample.median_seconds = (base + each * size) * tests::normal_noise(file.samples.size(), kNoise);
        file.samples.push_back(sample);
    }
}

/// A GPU that no catalogue has, measured with 3 % of noise: products, copies and loads; no attention.
SampleFile own_gpu() {
    SampleFile file{"Foundry X1", "cuda", {}, {}, {}, {}, {}};
    file.device = {{"memory_bytes", 64e9}, {"multiprocessors", 90}, {"l2_bytes", 30e6}};
    add_products(file);
    add_line(file, {"mem.copy", {{"via", "memcpy"}}, {}, 1}, "bytes", 3e-6, 2 / 1.5e12);
    add_line(file, {"bus.copy", {{"direction", "h2d"}, {"host", "pinned"}}, {}, 1}, "bytes", 9e-6, 1 / 50e9);
    add_line(file, {"load", {{"cache", "cold"}, {"mode", "direct"}}, {{"threads", 4}}, 1}, "bytes", 0.02,
             1 / 5e9);
    file.samples.push_back({"start.context", {{"what", "context"}}, {}, 0.31});
    return file;
}

const TimeLine& time_of(const GpuProfile& profile, const std::string& name) {
    const auto found = std::find_if(profile.times.begin(), profile.times.end(),
                                    [&](const TimeLine& time) { return time.name == name; });
    REQUIRE(found != profile.times.end());
    return *found;
}

}  // namespace

TEST_CASE("samples with 3 % of noise give bandwidth and peak rate back within 2 %",
          "[calibration][machine]") {
    const GpuProfile profile = fit_profile(own_gpu(), {}, "s.json").profile;
    // Shares of a sheet that is itself made of the samples: their product is the rate.
    const double peak = profile.sheet.flops_of(Precision::kBf16) * profile.gemm[0].form.compute_efficiency;
    CHECK(peak == Approx(200e12 * 0.8).epsilon(0.02));
    const double bandwidth = profile.sheet.memory_bandwidth * profile.gemm[0].form.memory_efficiency;
    CHECK(bandwidth == Approx(1.5e12 * 0.9).epsilon(0.02));
    CHECK(1 / time_of(profile, "bus.copy h2d pinned").seconds_each == Approx(50e9).epsilon(0.02));
    CHECK(2 / time_of(profile, "mem.copy memcpy").seconds_each == Approx(1.5e12).epsilon(0.02));
}

TEST_CASE("a machine that the catalogue lacks has what its device reports and the best that was measured",
          "[calibration][machine]") {
    const GpuProfile profile = fit_profile(own_gpu(), {}, "s.json").profile;
    CHECK(profile.name == "Foundry X1");
    CHECK(profile.kind == ProfileKind::kMeasured);
    CHECK(profile.sheet.multiprocessors == 90);
    CHECK(profile.sheet.memory_bytes == 64e9);
    CHECK(profile.sheet.memory_bandwidth == Approx(1.5e12).epsilon(0.1));
    CHECK_THAT(profile.sheet.source, tests::contains_text("samples"));
}

TEST_CASE("what samples lack is as typical and says so", "[calibration][machine]") {
    const ProfileFit fit = fit_profile(own_gpu(), {}, "s.json");
    CHECK(fit.refusals.empty());
    CHECK(has_attention(fit.profile, Precision::kBf16));
    CHECK(fit.profile.decode[0].quality.samples == 0);
    CHECK_THAT(fit.profile.decode[0].quality.note, tests::contains_text("not measured"));
    CHECK_THAT(fit.profile.prefill[0].quality.note, tests::contains_text("not measured"));
    CHECK(has_gemm(fit.profile, Precision::kInt4));
}

TEST_CASE("steps of a start are lines of the profile, and its file keeps them", "[calibration][machine]") {
    const GpuProfile profile = fit_profile(own_gpu(), {}, "s.json").profile;
    CHECK(time_of(profile, "start.context context").base_seconds == Approx(0.31));
    const TimeLine& load = time_of(profile, "load cold direct x4");
    CHECK(load.unit == "byte");
    CHECK(1 / load.seconds_each == Approx(5e9).epsilon(0.02));
    const std::string text = profile_text(profile);
    CHECK(profile_text(read_profile(text, "p.json")) == text);
}

TEST_CASE("one size of a load is a rate, and the profile says what it cannot tell",
          "[calibration][machine]") {
    SampleFile file = own_gpu();
    std::erase_if(file.samples, [](const Sample& sample) { return sample.probe == "load"; });
    file.samples.push_back(
        {"load", {{"cache", "warm"}, {"mode", "buffered"}}, {{"bytes", 1e9}, {"threads", 1}}, 0.25});
    const TimeLine time = time_of(fit_profile(file, {}, "s.json").profile, "load warm buffered x1");
    CHECK(1 / time.seconds_each == Approx(4e9));
    CHECK_THAT(time.quality.note, tests::contains_text("do not tell"));
}

TEST_CASE("products of few tokens alone tell the memory and not the peak", "[calibration][machine]") {
    SampleFile file = own_gpu();
    std::erase_if(file.samples,
                  [](const Sample& sample) { return sample.probe == "gemm" && sample.number("m") > 16; });
    file.gpu = "A100-80GB";
    file.device.clear();
    const ProfileFit fit = fit_profile(file, {}, "s.json");
    const std::vector<std::string>& untold = fit.profile.gemm[0].quality.unidentified;
    CHECK(std::find(untold.begin(), untold.end(), "compute_efficiency") != untold.end());
    CHECK(std::find(untold.begin(), untold.end(), "memory_efficiency") == untold.end());
}

TEST_CASE("a driver's name is the catalogue's, unless the device is another board",
          "[calibration][machine]") {
    SampleFile file = own_gpu();
    file.gpu = "NVIDIA H100 80GB HBM3";
    file.device = {{"multiprocessors", 132}};
    FitOptions options;
    options.accepted = {{"all", "made up"}};
    CHECK(fit_profile(file, options, "s.json").profile.name == "H100");
    file.device = {{"multiprocessors", 114}};
    CHECK_THROWS_WITH(fit_profile(file, {}, "s.json"), tests::contains_text("114 multiprocessors"));
}

TEST_CASE("attention can be the catalogue's, where it has some", "[calibration][machine]") {
    SampleFile file = own_gpu();
    file.gpu = "A100-80GB";
    file.device.clear();
    FitOptions options;
    options.attention = FitOptions::Attention::kCatalogue;
    options.accepted = {{"all", "made up"}};
    const GpuProfile profile = fit_profile(file, options, "s.json").profile;
    const GpuProfile& known = find_gpu_profile("A100-80GB", "test");
    CHECK(profile.decode[0].form.memory_efficiency == known.decode[0].form.memory_efficiency);
    CHECK_THAT(profile.decode[0].quality.note, tests::contains_text("catalogue"));
    file.gpu = "GB200";
    CHECK_THROWS_WITH(fit_profile(file, options, "s.json"), tests::contains_text("no measured attention"));
}

TEST_CASE("a name of one's own makes a GPU of one's own", "[calibration][machine]") {
    FitOptions options;
    options.name = "my-x1";
    CHECK(fit_profile(own_gpu(), options, "s.json").profile.name == "my-x1");
}

TEST_CASE("a GPU without copies over its bus has a slow one, not its memory's", "[calibration][machine]") {
    SampleFile file = own_gpu();
    std::erase_if(file.samples, [](const Sample& sample) { return sample.probe == "bus.copy"; });
    CHECK(fit_profile(file, {}, "s.json").profile.sheet.pcie_bandwidth == 16e9);
    file.device.emplace_back("pcie_generation", 5);
    file.device.emplace_back("pcie_width", 16);
    CHECK(fit_profile(file, {}, "s.json").profile.sheet.pcie_bandwidth == 64e9);
}

TEST_CASE("few rows of one precision leave that one out, and say so", "[calibration][machine]") {
    SampleFile file = own_gpu();
    file.samples.push_back(
        {"gemm", {{"dtype", "fp8"}}, {{"m", 1}, {"n", 4096}, {"k", 4096}, {"copies", 9}}, 1e-4});
    const ProfileFit fit = fit_profile(file, {}, "s.json");
    CHECK_FALSE(has_gemm(fit.profile, Precision::kFp8));
    REQUIRE(fit.too_few.size() == 1);
    CHECK(fit.too_few[0].section == "gemm fp8");
}

TEST_CASE("times that no line goes through are counted with the reason", "[calibration][machine]") {
    SampleFile file = own_gpu();
    file.samples.push_back({"start.process", {{"what", "spawn"}}, {}, std::nan("")});
    const ProfileFit fit = fit_profile(file, {}, "s.json");
    REQUIRE(fit.times_rejected.size() == 2);  // copies that the L2 holds are the others
    CHECK(fit.times_rejected[1].section == "start.process spawn");
}

TEST_CASE("loads with buffers of two sizes are two times", "[calibration][machine]") {
    SampleFile file = own_gpu();
    for (const double mebibytes : {4., 64.}) {
        file.samples.push_back({"load",
                                {{"cache", "warm"}, {"mode", "buffered"}},
                                {{"bytes", 1e9}, {"threads", 1}, {"buffer_bytes", mebibytes * 1024 * 1024}},
                                0.25});
    }
    const GpuProfile profile = fit_profile(file, {}, "s.json").profile;
    time_of(profile, "load warm buffered x1 4MiB");
    time_of(profile, "load warm buffered x1 64MiB");
}

TEST_CASE("samples that were measured on a processor make a profile that nobody has to excuse",
          "[calibration][machine]") {
    const auto file = tests::source_dir() / "calibration/samples/host-2-cores.json";
    const SampleFile samples = read_samples(tests::read_text(file), file.filename().string());
    const ProfileFit fit = fit_profile(samples, {}, "host-2-cores.json");
    CHECK(fit.refusals.empty());
    CHECK(fit.profile.kind == ProfileKind::kMeasuredHost);
    CHECK(has_gemm(fit.profile, Precision::kFp32));
    CHECK(has_attention(fit.profile, Precision::kFp32));
    CHECK_FALSE(has_gemm(fit.profile, Precision::kBf16));
    CHECK(fit.profile.times.size() > 20);
}

TEST_CASE("samples that say too little of their machine are refused with what is missing",
          "[calibration][machine]") {
    SampleFile file = own_gpu();
    file.device = {{"multiprocessors", 90}};
    CHECK_THROWS_WITH(fit_profile(file, {}, "s.json"), tests::contains_text("memory_bytes"));
    file = own_gpu();
    std::erase_if(file.samples, [](const Sample& sample) { return sample.probe == "gemm"; });
    CHECK_THROWS_WITH(fit_profile(file, {}, "s.json"), tests::contains_text("gemm"));
    file.samples.clear();
    CHECK_THROWS_WITH(fit_profile(file, {}, "s.json"), tests::contains_text("no sample"));
}
