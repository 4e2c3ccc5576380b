#include "calibration/cuda/child.hpp"

#include <cstdlib>

#include <cublasLt.h>
#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "calibration/common/fresh_process.hpp"
#include "calibration/common/probe.hpp"
#include "calibration/common/stopwatch.hpp"
#include "calibration/cuda/check.hpp"
#include "calibration/cuda/dynamic_library.hpp"
#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/matmul.hpp"
#include "calibration/cuda/memory.hpp"
#include "calibration/cuda/stream.hpp"

namespace spillway::cuda {
namespace {

/// The driver's own library, which the runtime loads too. Called before anything of the runtime.
class Driver {
public:
    Driver() {
        if (!library_.find("cuInit", init_) || !library_.find("cuDevicePrimaryCtxRetain", retain_))
            throw MeasureError("no driver: " + library_.error());
    }
    void init() const { check(init_(0), "cuInit"); }
    /// Makes device 0's context without the runtime, which then finds it.
    void make_context() const {
        void* context = nullptr;
        check(retain_(&context, 0), "cuDevicePrimaryCtxRetain");
    }

private:
    static void check(int code, const char* call) {
        if (code != 0)
            throw MeasureError(fmt::format("{}: driver error {}", call, code));
    }

    DynamicLibrary library_{"libcuda.so.1"};
    int (*init_)(unsigned flags) = nullptr;
    int (*retain_)(void** context, int device) = nullptr;
};

void make_runtime_context() {
    cuda_check(cudaSetDevice(0), "cudaSetDevice");
    cuda_check(cudaFree(nullptr), "cudaFree");
}

double context_seconds(const std::string& what) {
    if (what == "driver") {
        // With the library's own loading, which a process pays as well.
        return seconds_of([] { Driver().init(); });
    }
    Driver().init();
    return seconds_of(make_runtime_context);
}

double first_product_seconds() {
    // A layer's product of eight tokens; from the handle to the result.
    constexpr std::int64_t kTokens = 8;
    constexpr std::int64_t kWidth = 4096;
    const Stream stream;
    const DeviceBuffer weights = random_bf16_buffer(kWidth * kWidth, 1, stream.get());
    const DeviceBuffer input = random_bf16_buffer(kTokens * kWidth, 2, stream.get());
    const DeviceBuffer output(kTokens * kWidth * sizeof(Bf16));
    stream.wait();
    return seconds_of([&] {
        Matmul matmul({ValueKind::kBf16, Weights::kByOutput, kTokens, kWidth, kWidth});
        matmul.enqueue(output.get(), input.get(), weights.get(), stream.get());
        stream.wait();
    });
}

double library_seconds(const std::string& what) {
    make_runtime_context();
    if (what == "cublas_handle") {
        cublasHandle_t handle = nullptr;
        const double seconds = seconds_of([&] { cublas_check(cublasCreate(&handle), "cublasCreate"); });
        cublas_check(cublasDestroy(handle), "cublasDestroy");
        return seconds;
    }
    if (what == "cublaslt_handle") {
        cublasLtHandle_t handle = nullptr;
        const double seconds = seconds_of([&] { cublas_check(cublasLtCreate(&handle), "cublasLtCreate"); });
        cublas_check(cublasLtDestroy(handle), "cublasLtDestroy");
        return seconds;
    }
    return first_product_seconds();
}

/// The context is made by the driver alone, so that what the runtime does is to load this program's kernels:
/// all at once, or each when it is asked for.
double module_seconds(const std::string& loading) {
    setenv("CUDA_MODULE_LOADING", loading == "eager" ? "EAGER" : "LAZY", 1);
    const Driver driver;
    driver.init();
    driver.make_context();
    return seconds_of([] {
        make_runtime_context();
        load_every_kernel();
    });
}

double seconds_for(std::span<const std::string> arguments) {
    if (arguments.size() == 2 && arguments[0] == "context")
        return context_seconds(arguments[1]);
    if (arguments.size() == 2 && arguments[0] == "library")
        return library_seconds(arguments[1]);
    if (arguments.size() == 2 && arguments[0] == "module")
        return module_seconds(arguments[1]);
    throw MeasureError("a child of the CUDA backend does context, library or module, and one word more");
}

}  // namespace

int run_child(std::span<const std::string> arguments) {
    return print_seconds([arguments] { return seconds_for(arguments); });
}

}  // namespace spillway::cuda
