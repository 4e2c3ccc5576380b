#include "calibration/cuda/kernels/decode_attention.hpp"
#include "calibration/cuda/kernels/prefill_attention.hpp"
#include "calibration/cuda/reference.hpp"
#include "tests/calibration/cuda/host_operands.hpp"
#include "tests/calibration/cuda/host_thread.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace spillway::cuda;

namespace {

// Rounding to bf16 errs by 2^-9 at most, of weights and again of results; four times that is far from what a
// wrong index gives.
constexpr double kTolerance = 0.01;

struct Shape {
    int head_dim;
    int heads;
    int kv_heads;
    int batch;
};

/// The product of what an array has along each dimension.
template <class... Counts>
std::size_t size(Counts... counts) {
    return (std::size_t{1} * ... * static_cast<std::size_t>(counts));
}

/// Prefill attention of the kernel on the CPU: the first row of another result than the reference, or
/// nothing.
template <int kHeadDim>
std::string prefill_difference(const Shape& shape, int prefix, int fresh) {
    const int context = prefix + fresh;
    HostValues query(size(shape.batch, shape.heads, fresh, kHeadDim), 1);
    HostValues keys(size(shape.batch, shape.kv_heads, context, kHeadDim), 2);
    HostValues values(size(shape.batch, shape.kv_heads, context, kHeadDim), 3);
    HostValues output(size(shape.batch, shape.heads, fresh, kHeadDim));
    const PrefillArguments arguments{query.data(), keys.data(),    values.data(), output.data(),
                                     shape.heads,  shape.kv_heads, prefix,        fresh};
    run_grid({(fresh + kPrefillRows - 1) / kPrefillRows, shape.heads, shape.batch}, kAttentionThreads,
             kAttentionShared<kHeadDim>,
             [&](HostThread& thread) { prefill_block<kHeadDim>(thread, arguments); });
    for (int row = 0; row < shape.batch * shape.heads * fresh; ++row) {
        const int head = row / fresh;
        const int kv_head =
            head / shape.heads * shape.kv_heads + head % shape.heads / (shape.heads / shape.kv_heads);
        const AttentionRow expected{
            1,       2, 3, size(row, kHeadDim), size(kv_head, context, kHeadDim), prefix + row % fresh + 1,
            kHeadDim};
        std::string wrong = difference(reference_attention(expected),
                                       output.values(size(row, kHeadDim), kHeadDim), kTolerance);
        if (!wrong.empty())
            return "row " + std::to_string(row) + ": " + wrong;
    }
    return {};
}

template <int kHeadDim>
std::string decode_difference(const Shape& shape, int context, int splits) {
    const int group = shape.heads / shape.kv_heads;
    HostValues query(size(shape.batch, shape.heads, kHeadDim), 4);
    HostValues keys(size(shape.batch, shape.kv_heads, context, kHeadDim), 5);
    HostValues values(size(shape.batch, shape.kv_heads, context, kHeadDim), 6);
    HostValues output(size(shape.batch, shape.heads, kHeadDim));
    std::vector<float> partial(size(shape.batch, shape.heads, splits, kHeadDim + 2));
    const int tiles = (context + kTileKeys - 1) / kTileKeys;
    const DecodeArguments arguments{query.data(),  keys.data(),    values.data(),
                                    output.data(), partial.data(), shape.kv_heads,
                                    group,         context,        (tiles + splits - 1) / splits * kTileKeys,
                                    splits};
    run_grid({splits, shape.kv_heads, shape.batch}, kAttentionThreads, kAttentionShared<kHeadDim>,
             [&](HostThread& thread) { decode_block<kHeadDim>(thread, arguments); });
    if (splits > 1) {
        run_grid({group, shape.kv_heads, shape.batch}, kHeadDim, 0,
                 [&](HostThread& thread) { merge_splits_block<kHeadDim>(thread, arguments); });
    }
    for (int row = 0; row < shape.batch * shape.heads; ++row) {
        const AttentionRow expected{
            4, 5, 6, size(row, kHeadDim), size(row / group, context, kHeadDim), context, kHeadDim};
        std::string wrong = difference(reference_attention(expected),
                                       output.values(size(row, kHeadDim), kHeadDim), kTolerance);
        if (!wrong.empty())
            return "row " + std::to_string(row) + ": " + wrong;
    }
    return {};
}

}  // namespace

TEST_CASE("prefill attention is causal and exact for whole and ragged tiles", "[cuda][attention]") {
    CHECK(prefill_difference<64>({64, 1, 1, 1}, 0, 64).empty());
    CHECK(prefill_difference<64>({64, 2, 1, 1}, 0, 1).empty());
    CHECK(prefill_difference<64>({64, 1, 1, 2}, 0, 65).empty());
    CHECK(prefill_difference<128>({128, 1, 1, 1}, 0, 100) == "");
}

TEST_CASE("prefill attention sees a prefix that fills no tile", "[cuda][attention]") {
    CHECK(prefill_difference<64>({64, 4, 1, 1}, 33, 20) == "");
    CHECK(prefill_difference<128>({128, 8, 2, 1}, 65, 17) == "");
    CHECK(prefill_difference<128>({128, 1, 1, 1}, 128, 70) == "");
}

TEST_CASE("decode attention is exact for grouped heads and ragged contexts", "[cuda][attention]") {
    CHECK(decode_difference<64>({64, 2, 2, 2}, 1, 1) == "");
    CHECK(decode_difference<64>({64, 4, 1, 1}, 63, 1) == "");
    CHECK(decode_difference<128>({128, 8, 1, 2}, 129, 1) == "");
    CHECK(decode_difference<128>({128, 10, 2, 1}, 100, 1) == "");
    CHECK(decode_difference<128>({128, 16, 1, 1}, 64, 1) == "");
}

TEST_CASE("decode attention split over blocks merges to the same", "[cuda][attention]") {
    CHECK(decode_difference<64>({64, 4, 1, 2}, 200, 4) == "");
    CHECK(decode_difference<128>({128, 8, 2, 1}, 257, 5) == "");
    CHECK(decode_difference<128>({128, 1, 1, 1}, 300, 2) == "");
}
