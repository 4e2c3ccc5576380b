#include "calibration/cuda/matmul.hpp"

#include <cublasLt.h>

#include "calibration/common/probe.hpp"
#include "calibration/cuda/check.hpp"
#include "calibration/cuda/memory.hpp"

namespace spillway::cuda {
namespace {

constexpr std::size_t kWorkspaceBytes = std::size_t{32} << 20;  // what PyTorch gives it on Hopper

/// A handle of cuBLASLt's with its own destroyer.
template <class Handle, cublasStatus_t (*kDestroy)(Handle)>
class Owned {
public:
    Owned() = default;
    ~Owned() {
        if (handle_ != nullptr)
            static_cast<void>(kDestroy(handle_));
    }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    Handle get() const noexcept { return handle_; }
    Handle* put() noexcept { return &handle_; }

private:
    Handle handle_ = nullptr;
};

using LtHandle = Owned<cublasLtHandle_t, cublasLtDestroy>;
using Description = Owned<cublasLtMatmulDesc_t, cublasLtMatmulDescDestroy>;
using Layout = Owned<cublasLtMatrixLayout_t, cublasLtMatrixLayoutDestroy>;
using Preference = Owned<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceDestroy>;

cudaDataType_t operand_type(ValueKind kind) {
    switch (kind) {
        case ValueKind::kBf16:
            return CUDA_R_16BF;
        case ValueKind::kFp8:
            return CUDA_R_8F_E4M3;
        case ValueKind::kInt8:
            return CUDA_R_8I;
    }
    return CUDA_R_16BF;
}

/// cuBLASLt's matrices are column by column: a row of ours is a column of theirs.
struct Shape {
    std::int64_t rows;
    std::int64_t columns;
    std::int64_t leading;
    std::int64_t batch_stride;
};

void make_layout(Layout& layout, cudaDataType_t type, const Shape& shape, int batch) {
    cublas_check(cublasLtMatrixLayoutCreate(layout.put(), type, static_cast<std::uint64_t>(shape.rows),
                                            static_cast<std::uint64_t>(shape.columns), shape.leading),
                 "cublasLtMatrixLayoutCreate");
    cublas_check(cublasLtMatrixLayoutSetAttribute(layout.get(), CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, &batch,
                                                  sizeof batch),
                 "cublasLtMatrixLayoutSetAttribute");
    cublas_check(cublasLtMatrixLayoutSetAttribute(layout.get(), CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET,
                                                  &shape.batch_stride, sizeof shape.batch_stride),
                 "cublasLtMatrixLayoutSetAttribute");
}

void make_description(Description& description, const Product& product) {
    const bool whole = product.kind == ValueKind::kInt8;
    cublas_check(cublasLtMatmulDescCreate(description.put(), whole ? CUBLAS_COMPUTE_32I : CUBLAS_COMPUTE_32F,
                                          whole ? CUDA_R_32I : CUDA_R_32F),
                 "cublasLtMatmulDescCreate");
    const auto set = [&](cublasLtMatmulDescAttributes_t attribute, const auto& value) {
        cublas_check(cublasLtMatmulDescSetAttribute(description.get(), attribute, &value, sizeof value),
                     "cublasLtMatmulDescSetAttribute");
    };
    const cublasOperation_t weights = product.weights == Weights::kByOutput ? CUBLAS_OP_T : CUBLAS_OP_N;
    set(CUBLASLT_MATMUL_DESC_TRANSA, weights);
    if (product.kind == ValueKind::kFp8)
        set(CUBLASLT_MATMUL_DESC_FAST_ACCUM, std::int8_t{1});
}

}  // namespace

std::size_t value_bytes(ValueKind kind) noexcept { return kind == ValueKind::kBf16 ? 2 : 1; }
std::size_t output_bytes(ValueKind kind) noexcept { return kind == ValueKind::kInt8 ? 4 : 2; }

struct Matmul::State {
    LtHandle handle;
    Description description;
    Layout weights;
    Layout input;
    Layout output;
    cublasLtMatmulHeuristicResult_t chosen{};
    DeviceBuffer workspace{kWorkspaceBytes};
    bool whole = false;
};

Matmul::Matmul(const Product& product) : state_(std::make_unique<State>()) {
    State& s = *state_;
    s.whole = product.kind == ValueKind::kInt8;
    cublas_check(cublasLtCreate(s.handle.put()), "cublasLtCreate");
    make_description(s.description, product);
    const std::int64_t input_row = product.input_row > 0 ? product.input_row : product.k;
    const std::int64_t output_row = product.output_row > 0 ? product.output_row : product.n;
    const Shape weights = product.weights == Weights::kByOutput
                              ? Shape{product.k, product.n, product.k, product.n * product.k}
                              : Shape{product.n, product.k, product.n, product.n * product.k};
    make_layout(s.weights, operand_type(product.kind), weights, product.batch);
    make_layout(s.input, operand_type(product.kind), {product.k, product.m, input_row, product.m * input_row},
                product.batch);
    make_layout(s.output, s.whole ? CUDA_R_32I : CUDA_R_16BF,
                {product.n, product.m, output_row, product.m * output_row}, product.batch);
    Preference preference;
    cublas_check(cublasLtMatmulPreferenceCreate(preference.put()), "cublasLtMatmulPreferenceCreate");
    cublas_check(
        cublasLtMatmulPreferenceSetAttribute(preference.get(), CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                             &kWorkspaceBytes, sizeof kWorkspaceBytes),
        "cublasLtMatmulPreferenceSetAttribute");
    int found = 0;
    const cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
        s.handle.get(), s.description.get(), s.weights.get(), s.input.get(), s.output.get(), s.output.get(),
        preference.get(), 1, &s.chosen, &found);
    if (status == CUBLAS_STATUS_NOT_SUPPORTED || (status == CUBLAS_STATUS_SUCCESS && found == 0))
        throw MeasureError("cuBLASLt has no algorithm for this product on this device");
    cublas_check(status, "cublasLtMatmulAlgoGetHeuristic");
}

Matmul::~Matmul() = default;

void Matmul::enqueue(void* output, const void* input, const void* weights, CUstream_st* stream) {
    State& s = *state_;
    const float one = 1;
    const float zero = 0;
    const std::int32_t whole_one = 1;
    const std::int32_t whole_zero = 0;
    const void* alpha = s.whole ? static_cast<const void*>(&whole_one) : &one;
    const void* beta = s.whole ? static_cast<const void*>(&whole_zero) : &zero;
    cublas_check(cublasLtMatmul(s.handle.get(), s.description.get(), alpha, weights, s.weights.get(), input,
                                s.input.get(), beta, output, s.output.get(), output, s.output.get(),
                                &s.chosen.algo, s.workspace.get(), s.workspace.bytes(), stream),
                 "cublasLtMatmul");
}

}  // namespace spillway::cuda
