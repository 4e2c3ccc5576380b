#pragma once

namespace spillway::cuda {

// Codes come as plain numbers, so that headers need none of CUDA's. A code that is no success throws
// MeasureError with the call, the code's name and what it means.

/// `code` is a cudaError_t.
void cuda_check(int code, const char* call);
/// `code` is a cublasStatus_t, of cuBLAS or cuBLASLt.
void cublas_check(int code, const char* call);

}  // namespace spillway::cuda
