#include "calibration/cuda/check.hpp"

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "calibration/common/probe.hpp"

namespace spillway::cuda {

void cuda_check(int code, const char* call) {
    if (code == cudaSuccess)
        return;
    const auto error = static_cast<cudaError_t>(code);
    throw MeasureError(fmt::format("{}: {}, {}", call, cudaGetErrorName(error), cudaGetErrorString(error)));
}

void cublas_check(int code, const char* call) {
    if (code == CUBLAS_STATUS_SUCCESS)
        return;
    const auto status = static_cast<cublasStatus_t>(code);
    throw MeasureError(
        fmt::format("{}: {}, {}", call, cublasGetStatusName(status), cublasGetStatusString(status)));
}

}  // namespace spillway::cuda
