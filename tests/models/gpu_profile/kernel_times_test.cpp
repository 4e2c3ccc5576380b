#include "models/gpu_profile/kernel_times.hpp"

#include <algorithm>
#include <array>

#include "tests/models/gpu_profile/every_profile.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

double decode(const GpuProfile& profile, Precision cache, double batch, double tokens) {
    return decode_attention_seconds(decode_attention_lines(profile, cache, kShape, batch), tokens);
}

GpuProfile faster(GpuProfile profile, double bandwidth, double flops) {
    profile.sheet.memory_bandwidth *= bandwidth;
    for (double& peak : profile.sheet.flops) peak *= flops;
    return profile;
}

}  // namespace

TEST_CASE("a product takes no less time when it is larger in one size", "[models][gpu_profile]") {
    constexpr std::array kSizes{1.0,   2.0,   16.0,   17.0,   64.0,    65.0,
                                128.0, 129.0, 1000.0, 4097.0, 65536.0, 151936.0};
    for_each_profile([&](const GpuProfile& profile) {
        for (const Section<GemmForm>& section : profile.gemm) {
            const auto time = [&](double m, double n, double k) {
                return gemm_seconds(profile, section.precision, m, n, k);
            };
            for (std::size_t i = 1; i < kSizes.size(); ++i) {
                for (const double other : kSizes) {
                    // Two roundings apart, no more.
                    constexpr double kExact = 1 - 1e-12;
                    CHECK(time(kSizes[i], other, 4096) >= kExact * time(kSizes[i - 1], other, 4096));
                    CHECK(time(other, kSizes[i], 4096) >= kExact * time(other, kSizes[i - 1], 4096));
                    CHECK(time(other, 4096, kSizes[i]) >= kExact * time(other, 4096, kSizes[i - 1]));
                }
            }
        }
    });
}

TEST_CASE("decode attention is at most four lines that no larger batch lowers", "[models][gpu_profile]") {
    for_each_profile([&](const GpuProfile& profile) {
        for (const Section<DecodeForm>& section : profile.decode) {
            std::vector<DecodeLine> before = decode_attention_lines(profile, section.precision, kShape, 1);
            REQUIRE(before.size() <= 4);
            for (double batch = 2; batch <= 4096; batch *= 2) {
                const std::vector<DecodeLine> lines =
                    decode_attention_lines(profile, section.precision, kShape, batch);
                REQUIRE(lines.size() == before.size());
                for (std::size_t i = 0; i < lines.size(); ++i) {
                    CHECK(lines[i].base_seconds >= before[i].base_seconds);
                    CHECK(lines[i].seconds_per_kv_token >= before[i].seconds_per_kv_token);
                    CHECK(lines[i].seconds_per_kv_token >= 0);
                }
                before = lines;
            }
        }
    });
}

TEST_CASE("more bandwidth never slows decoding, more FLOPs never slow a prefill", "[models][gpu_profile]") {
    for_each_profile([](const GpuProfile& profile) {
        const GpuProfile wide = faster(profile, 1.7, 1);
        const GpuProfile strong = faster(profile, 1, 1.7);
        for (const double size : {1.0, 33.0, 300.0, 4096.0}) {
            CHECK(decode(wide, Precision::kBf16, size, 700 * size) <=
                  decode(profile, Precision::kBf16, size, 700 * size));
            CHECK(prefill(strong, Precision::kBf16, 512, size) <=
                  prefill(profile, Precision::kBf16, 512, size));
            CHECK(gemm_seconds(wide, Precision::kBf16, size, 8192, 8192) <=
                  gemm_seconds(profile, Precision::kBf16, size, 8192, 8192));
            CHECK(gemm_seconds(strong, Precision::kBf16, size, 8192, 8192) <=
                  gemm_seconds(profile, Precision::kBf16, size, 8192, 8192));
        }
        // And where it should, it helps: long caches are read, long prompts are multiplied.
        CHECK(decode(wide, Precision::kBf16, 64, 4e6) < 0.7 * decode(profile, Precision::kBf16, 64, 4e6));
        CHECK(prefill(strong, Precision::kBf16, 0, 32768) <
              0.85 * prefill(profile, Precision::kBf16, 0, 32768));
    });
}

TEST_CASE("no kernel beats the data sheet", "[models][gpu_profile]") {
    for_each_profile([](const GpuProfile& profile) {
        for (const Section<GemmForm>& section : profile.gemm) {
            const double read =
                8192.0 * 28672 * weight_bytes(section.precision) / profile.sheet.memory_bandwidth;
            CHECK(gemm_seconds(profile, section.precision, 1, 28672, 8192) > read);
            const double flops = 2 * 8192.0 * 8192 * 8192 / profile.sheet.flops_of(section.precision);
            CHECK(gemm_seconds(profile, section.precision, 8192, 8192, 8192) > flops);
        }
    });
}

TEST_CASE("a language model's head beyond the measured columns costs in proportion",
          "[models][gpu_profile]") {
    for_each_profile([](const GpuProfile& profile) {
        const double inside = gemm_seconds(profile, Precision::kBf16, 64, 65536, 8192);
        const double beyond = gemm_seconds(profile, Precision::kBf16, 64, 131072, 8192);
        CHECK(beyond / inside == Approx(2).margin(0.1));
    });
}

TEST_CASE("smaller weights are read faster", "[models][gpu_profile]") {
    for_each_profile([](const GpuProfile& profile) {
        const double bf16 = gemm_seconds(profile, Precision::kBf16, 1, 28672, 8192);
        CHECK(gemm_seconds(profile, Precision::kInt4, 1, 28672, 8192) < 0.45 * bf16);
        if (has_gemm(profile, Precision::kFp8))
            CHECK(gemm_seconds(profile, Precision::kFp8, 1, 28672, 8192) < 0.8 * bf16);
    });
}

TEST_CASE("chunks in one launch cost less than each in its own, and no less than the longest",
          "[models][gpu_profile]") {
    const std::array<PrefillChunk, 2> chunks{PrefillChunk{0, 512}, PrefillChunk{1024, 300}};
    for_each_profile([&](const GpuProfile& profile) {
        const double together = prefill_attention_seconds(profile, Precision::kBf16, kShape, chunks);
        const double first = prefill_attention_seconds(profile, Precision::kBf16, kShape, chunks[0]);
        const double second = prefill_attention_seconds(profile, Precision::kBf16, kShape, chunks[1]);
        CHECK(together <= first + second);
        CHECK(together >= std::max(first, second));
    });
}

TEST_CASE("an all-reduce is interpolated in straight lines and proportional beyond its table",
          "[models][gpu_profile]") {
    const AllReduceTable table{2, {{100, 1e-6}, {10000, 4e-6}}};
    CHECK(all_reduce_seconds(table, 1) == 1e-6);
    CHECK(all_reduce_seconds(table, 3400) == Approx(2e-6));
    CHECK(all_reduce_seconds(table, 20000) == Approx(8e-6));
    for_each_profile([](const GpuProfile& profile) {
        CHECK(all_reduce_seconds(profile, 1, 1e9) == 0);
        for (const AllReduceTable& measured : profile.all_reduce) {
            for (double bytes = 100; bytes < 1e10; bytes *= 1.7)
                CHECK(all_reduce_seconds(measured, bytes * 1.7) >= all_reduce_seconds(measured, bytes));
        }
    });
}

TEST_CASE("tensor parallelism shortens a prefill's products and sums where the link is NVLink",
          "[models][gpu_profile]") {
    for (const char* name : {"A100-80GB", "H100", "H200", "B200"}) {
        const GpuProfile& profile = find_gpu_profile(name, "test");
        const auto layer = [&](int gpus) {
            return gemm_seconds(profile, Precision::kBf16, 4096, 57344.0 / gpus, 8192) +
                   gemm_seconds(profile, Precision::kBf16, 4096, 8192, 28672.0 / gpus) +
                   all_reduce_seconds(profile, gpus, 4096.0 * 8192 * 2);
        };
        INFO(name);
        CHECK(layer(2) < layer(1));
        CHECK(layer(4) < layer(2));
        CHECK(layer(8) < layer(4));
    }
}

TEST_CASE("a roofline's efficiencies lie among those of fitted GPUs", "[models][gpu_profile]") {
    const GpuProfile& roofline = find_gpu_profile("L4", "test");
    const auto among = [&](auto of) {
        double least = 1e9;
        double most = 0;
        for_each_profile([&](const GpuProfile& profile) {
            if (profile.kind == ProfileKind::kDataSheet)
                return;
            least = std::min(least, of(profile));
            most = std::max(most, of(profile));
        });
        CHECK(of(roofline) >= least);
        CHECK(of(roofline) <= most);
    };
    among([](const GpuProfile& profile) { return profile.gemm[0].form.compute_efficiency; });
    among([](const GpuProfile& profile) { return profile.gemm[0].form.memory_efficiency; });
    among([](const GpuProfile& profile) { return profile.gemm[0].form.launch_seconds; });
    among([](const GpuProfile& profile) { return profile.prefill[0].form.compute_efficiency; });
    among([](const GpuProfile& profile) { return profile.prefill[0].form.launch_seconds; });
    among([](const GpuProfile& profile) { return profile.decode[0].form.memory_efficiency; });
    among([](const GpuProfile& profile) { return profile.decode[0].form.stream_launch_seconds; });
}

TEST_CASE("a roofline's all-reduces lie among those of measured nodes with such a link",
          "[models][gpu_profile]") {
    // Beyond the launches, per byte of the link's bandwidth.
    const auto share = [](const GpuProfile& profile, int gpus, double bytes) {
        return bytes / profile.sheet.link_bandwidth / all_reduce_seconds(profile, gpus, bytes);
    };
    const auto among = [&](const char* roofline, std::array<const char*, 2> measured) {
        for (const int gpus : {2, 4, 8}) {
            INFO(roofline << " on " << gpus);
            const GpuProfile& sheet = find_gpu_profile(roofline, "test");
            const GpuProfile& slow = find_gpu_profile(measured[0], "test");
            const GpuProfile& fast = find_gpu_profile(measured[1], "test");
            CHECK(share(sheet, gpus, 1e9) > 0.9 * share(slow, gpus, 1e9));
            CHECK(share(sheet, gpus, 1e9) < 1.1 * share(fast, gpus, 1e9));
            CHECK(all_reduce_seconds(sheet, gpus, 1024) < 1.3 * all_reduce_seconds(slow, gpus, 1024));
            CHECK(all_reduce_seconds(sheet, gpus, 1024) > 0.7 * all_reduce_seconds(fast, gpus, 1024));
        }
    };
    among("L4", {"L40S", "RTX-PRO-6000"});
    among("B300", {"A100-80GB", "H100"});
}
