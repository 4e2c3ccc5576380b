#include <cmath>

#include "calibration/cuda/kernels/elementwise.hpp"
#include "calibration/cuda/kernels/softmax.hpp"
#include "calibration/cuda/reference.hpp"
#include "tests/calibration/cuda/host_operands.hpp"
#include "tests/calibration/cuda/host_thread.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace spillway::cuda;

namespace {

constexpr double kTolerance = 0.01;
constexpr std::size_t kShared = kWarp * sizeof(float);

}  // namespace

TEST_CASE("add and norm writes the sum back and norms each token by itself", "[cuda][elementwise]") {
    constexpr std::size_t kWidth = 4104;  // no multiple of a block's threads
    constexpr std::size_t kTokens = 3;
    HostValues input(kTokens * kWidth, 1);
    HostValues residual(kTokens * kWidth, 2);
    HostValues weights(kWidth, 3);
    HostValues output(kTokens * kWidth);
    const AddNormArguments arguments{input.data(), residual.data(), weights.data(), output.data(), kWidth};
    run_grid({kTokens, 1, 1}, kRowThreads, kShared,
             [&](HostThread& thread) { add_norm_block(thread, arguments); });
    for (std::size_t token = 0; token < kTokens; ++token) {
        const std::size_t at = token * kWidth;
        CHECK(difference(reference_add_norm(1, 2, 3, at, kWidth), output.values(at, kWidth), kTolerance) ==
              "");
        CHECK(residual.values(at, 1)[0] ==
              widen(narrow(widen(random_bf16(1, at)) + widen(random_bf16(2, at)))));
    }
}

TEST_CASE("SiLU times up takes the gate from the first half of a row", "[cuda][elementwise]") {
    constexpr std::size_t kWidth = 136;
    constexpr std::size_t kTokens = 9;
    HostValues input(kTokens * 2 * kWidth, 4);
    HostValues output(kTokens * kWidth);
    const SiluArguments arguments{input.data(), output.data(), kTokens, kWidth};
    run_grid({2, 1, 1}, kRowThreads, 0, [&](HostThread& thread) { silu_mul_block(thread, arguments); });
    for (std::size_t token = 0; token < kTokens; ++token) {
        CHECK(difference(reference_silu_mul(4, token, kWidth), output.values(token * kWidth, kWidth),
                         kTolerance) == "");
    }
}

TEST_CASE("the softmax of a row covers what its token sees, and zeroes the rest", "[cuda][attention]") {
    constexpr int kPrefix = 300;
    constexpr int kFresh = 5;
    constexpr std::size_t kRows = std::size_t{2} * kFresh;  // two heads of a group
    constexpr std::size_t kStride = 312;
    HostValues scores(kRows * kStride, 7);
    const std::vector<float> before = scores.values(0, kRows * kStride);
    const SoftmaxArguments arguments{scores.data(), kStride, kPrefix, kFresh, score_scale(64)};
    run_grid({kRows, 1, 1}, kRowThreads, kShared,
             [&](HostThread& thread) { softmax_block(thread, arguments); });
    for (std::size_t row = 0; row < kRows; ++row) {
        const std::size_t visible = kPrefix + row % kFresh + 1;
        Reference expected;
        double sum = 0;
        for (std::size_t i = 0; i < kStride; ++i) {
            const double score = before[row * kStride + i] / std::sqrt(64.0);
            expected.values.push_back(i < visible ? std::exp(score) : 0);
            sum += expected.values.back();
        }
        for (double& value : expected.values) value /= sum;
        CHECK(difference(expected, scores.values(row * kStride, kStride), kTolerance) == "");
    }
}
