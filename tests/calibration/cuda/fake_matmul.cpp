// The products that cuBLASLt computes, by their definition in matmul.hpp.
#include "calibration/cuda/kernels/random_values.hpp"
#include "calibration/cuda/matmul.hpp"
#include "tests/calibration/cuda/fake_runtime.hpp"

namespace spillway::cuda {
namespace {

double value_at(const void* values, ValueKind kind, std::int64_t at) {
    if (kind == ValueKind::kBf16)
        return widen(static_cast<const Bf16*>(values)[at]);
    if (kind == ValueKind::kInt8)
        return static_cast<const std::int8_t*>(values)[at];
    const std::uint8_t bits = static_cast<const std::uint8_t*>(values)[at];
    for (int value = -8; value < 8; ++value) {
        if (fp8_bits(value) == bits)
            return value;
    }
    return 1e30;  // not one of those that operands have
}

void multiply(const Product& p, void* output, const void* input, const void* weights) {
    const std::int64_t input_row = p.input_row > 0 ? p.input_row : p.k;
    const std::int64_t output_row = p.output_row > 0 ? p.output_row : p.n;
    for (std::int64_t place = 0; place < p.batch * p.m * p.n; ++place) {
        const std::int64_t batch = place / (p.m * p.n);
        const std::int64_t row = batch * p.m + place / p.n % p.m;
        const std::int64_t column = place % p.n;
        double sum = 0;
        for (std::int64_t k = 0; k < p.k; ++k) {
            const std::int64_t weight = p.weights == Weights::kByOutput ? column * p.k + k : k * p.n + column;
            sum += value_at(input, p.kind, row * input_row + k) *
                   value_at(weights, p.kind, batch * p.n * p.k + weight);
        }
        const std::int64_t to = row * output_row + column;
        if (p.kind == ValueKind::kInt8)
            static_cast<std::int32_t*>(output)[to] = static_cast<std::int32_t>(sum);
        else
            static_cast<Bf16*>(output)[to] = narrow(static_cast<float>(sum));
    }
}

}  // namespace

struct Matmul::State {
    Product product;
};

std::size_t value_bytes(ValueKind kind) noexcept { return kind == ValueKind::kBf16 ? 2 : 1; }
std::size_t output_bytes(ValueKind kind) noexcept { return kind == ValueKind::kInt8 ? 4 : 2; }

Matmul::Matmul(const Product& product) : state_(std::make_unique<State>(State{product})) {}
Matmul::~Matmul() = default;

void Matmul::enqueue(void* output, const void* input, const void* weights, CUstream_st* stream) {
    const Product product = state_->product;
    tests::enqueue_fake(stream, std::chrono::microseconds(10),
                        [=] { multiply(product, output, input, weights); });
}

}  // namespace spillway::cuda
