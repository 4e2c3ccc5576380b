#include <array>
#include <span>

#include "tests/models/gpu_profile/every_profile.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

TEST_CASE("prefill attention takes no less time for more new or more cached tokens",
          "[models][gpu_profile]") {
    constexpr std::array kTokens{1.0, 15.0, 16.0, 17.0, 128.0, 500.0, 2048.0, 2049.0, 8192.0, 131072.0};
    constexpr std::array kShapes{kShape, AttentionShape{64, 8, 128}, AttentionShape{6, 6, 64},
                                 AttentionShape{71, 1, 64}};
    const auto check = [&](const GpuProfile& profile, Precision cache, const AttentionShape& shape) {
        const auto time = [&](double prefix, double fresh) {
            return prefill_attention_seconds(profile, cache, shape, {prefix, fresh});
        };
        for (std::size_t i = 1; i < kTokens.size(); ++i) {
            for (const double other : kTokens) {
                CHECK(time(other, kTokens[i]) >= time(other, kTokens[i - 1]));
                CHECK(time(kTokens[i], other) >= time(kTokens[i - 1], other));
            }
        }
    };
    for_each_profile([&](const GpuProfile& profile) {
        for (const Section<PrefillForm>& section : profile.prefill) {
            for (const AttentionShape& shape : kShapes) check(profile, section.precision, shape);
        }
    });
}

TEST_CASE("storing keys and values takes longer for more heads, up to a block of 512 values",
          "[models][gpu_profile]") {
    const GpuProfile& profile = find_gpu_profile("H100", "test");
    PrefillForm stores = profile.prefill[0].form;
    stores.store_seconds_per_token += 1e-9;
    const auto added = [&](double kv_heads) {
        const AttentionShape shape{8, kv_heads, 128};
        const std::array<PrefillChunk, 2> chunks{PrefillChunk{500, 3000}, PrefillChunk{0, 1000}};
        const auto time = [&](const PrefillForm& form) {
            return prefill_attention_seconds(profile.sheet, Precision::kBf16, form, shape, chunks);
        };
        return time(stores) - time(profile.prefill[0].form);
    };
    // New tokens alone: the prefix was stored before.
    CHECK(added(1) == Approx(1e-6));
    CHECK(added(2) == Approx(2e-6));
    CHECK(added(4) == Approx(4e-6));
    CHECK(added(8) == Approx(4e-6));
}

TEST_CASE("prefixes come from memory, a few new tokens from the L2", "[models][gpu_profile]") {
    const DataSheet& sheet = find_gpu_profile("L40S", "test").sheet;
    // Nothing but memory: the other parts take no time that shows.
    PrefillForm form;
    form.compute_efficiency = 1e9;
    form.memory_efficiency = 1;
    form.l2_share = 1;
    form.overlap_exponent = 1;
    const auto seconds = [&](double prefix, double fresh) {
        const PrefillChunk chunk{prefix, fresh};
        return prefill_attention_seconds(sheet, Precision::kBf16, form, kShape, std::span(&chunk, 1));
    };
    const double new_bytes = 4 * 8 * 128 + 4 * 2 * 128;  // of a token: queries and outputs, keys and values
    const double prefix_bytes = 4 * 2 * 128;
    CHECK(seconds(1e5, 1) == Approx(1e5 * prefix_bytes / sheet.memory_bandwidth).epsilon(1e-3));
    CHECK(seconds(0, 1000) < 0.06 * 1000 * new_bytes / sheet.memory_bandwidth);
    CHECK(seconds(0, 1e6) == Approx(1e6 * new_bytes / sheet.memory_bandwidth).epsilon(1e-3));
}

TEST_CASE("tiles of one head each are half empty where packed ones are full", "[models][gpu_profile]") {
    const DataSheet& sheet = find_gpu_profile("A100-80GB", "test").sheet;
    PrefillForm form;  // nothing but products: no memory, no launch
    form.compute_efficiency = 1e-3;
    form.memory_efficiency = 1e9;
    form.overlap_exponent = 1;
    const auto seconds = [&](double packs_heads, double fresh) {
        form.packs_heads = packs_heads;
        const PrefillChunk chunk{0, fresh};
        return prefill_attention_seconds(sheet, Precision::kBf16, form, kShape, std::span(&chunk, 1));
    };
    CHECK(seconds(0, 32) == Approx(4 * seconds(1, 32)));  // four heads share keys: one tile, or four
    CHECK(seconds(0, 1024) == Approx(seconds(1, 1024)));
    CHECK(seconds(0, 1) == Approx(seconds(1, 1)));
}

TEST_CASE("a launch takes longer once a chunk fills more than half a tile", "[models][gpu_profile]") {
    const GpuProfile& profile = find_gpu_profile("H100", "test");
    const double step = prefill(profile, Precision::kBf16, 0, 17) - prefill(profile, Precision::kBf16, 0, 16);
    // Four heads share each key: 17 tokens are 68 rows of 128.
    CHECK(step == Approx(profile.prefill[0].form.wide_tile_seconds).epsilon(0.05));
}
