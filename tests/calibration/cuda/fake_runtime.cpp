// The part of the CUDA runtime that the probes use, on the CPU: memory is the host's, streams run at once,
// events are moments of the host's clock. So the probes' own code runs where there is no GPU. It measures
// nothing.
#include "tests/calibration/cuda/fake_runtime.hpp"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

using Work = std::function<void()>;

// NOLINTBEGIN(readability-identifier-naming): the names are CUDA's

struct CUgraph_st {
    std::vector<Work> nodes;
};
struct CUgraphExec_st {
    std::vector<Work> nodes;
};
struct CUstream_st {
    CUgraph_st* capturing = nullptr;
};
struct CUevent_st {
    std::chrono::microseconds moment{0};
};

namespace {

struct FakeDevice {
    std::chrono::microseconds now{0};
    int graph_launches = 0;
};

FakeDevice& device() {
    static FakeDevice fake;
    return fake;
}

}  // namespace

namespace spillway::tests {

void enqueue_fake(CUstream_st* stream, std::chrono::microseconds time, Work work) {
    Work timed = [time, work = std::move(work)] {
        work();
        device().now += time;
    };
    if (stream->capturing != nullptr)
        stream->capturing->nodes.push_back(std::move(timed));
    else
        timed();
}

int fake_graph_launches() { return device().graph_launches; }

}  // namespace spillway::tests

extern "C" {

cudaError_t cudaMalloc(void** pointer, size_t bytes) {
    constexpr size_t kAlignment = 256;
    *pointer = std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
    std::memset(*pointer, 0xff, bytes);  // not a number, in any type that it may be read as
    return cudaSuccess;
}
cudaError_t cudaFree(void* pointer) {
    std::free(pointer);
    return cudaSuccess;
}
cudaError_t cudaHostAlloc(void** pointer, size_t bytes, unsigned /*flags*/) {
    constexpr size_t kPage = 4096;
    *pointer = std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
    return cudaSuccess;
}
cudaError_t cudaFreeHost(void* pointer) { return cudaFree(pointer); }
cudaError_t cudaHostRegister(void* /*pointer*/, size_t /*bytes*/, unsigned /*flags*/) { return cudaSuccess; }
cudaError_t cudaHostUnregister(void* /*pointer*/) { return cudaSuccess; }

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind /*kind*/) {
    std::memcpy(to, from, bytes);
    return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind /*kind*/,
                            cudaStream_t stream) {
    spillway::tests::enqueue_fake(stream, std::chrono::microseconds(2),
                                  [=] { std::memcpy(to, from, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemset(void* to, int value, size_t bytes) {
    std::memset(to, value, bytes);
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t /*stream*/) {
    return cudaMemset(to, value, bytes);
}

cudaError_t cudaSetDevice(int /*device*/) { return cudaSuccess; }
cudaError_t cudaGetDeviceCount(int* count) {
    *count = 1;
    return cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }
cudaError_t cudaMemGetInfo(size_t* free_bytes, size_t* bytes) {
    *free_bytes = *bytes = size_t{1} << 30;
    return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int /*device*/) {
    switch (attribute) {
        case cudaDevAttrL2CacheSize:
            *value = 8192;  // small, so that small operands come in several copies
            break;
        case cudaDevAttrMultiProcessorCount:
            *value = 2;
            break;
        case cudaDevAttrComputeCapabilityMajor:
            *value = 9;
            break;
        default:
            *value = 0;
    }
    return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned /*flags*/) {
    *stream = new CUstream_st;
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    delete stream;
    return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    return stream->capturing == nullptr ? cudaSuccess : cudaErrorStreamCaptureUnsupported;
}
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode /*mode*/) {
    stream->capturing = new CUgraph_st;
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    *graph = stream->capturing;
    stream->capturing = nullptr;
    return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
    *event = new CUevent_st;
    return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
    delete event;
    return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t /*stream*/) {
    event->moment = device().now;
    return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t /*event*/) { return cudaSuccess; }
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
    *milliseconds = std::chrono::duration<float, std::milli>(end->moment - begin->moment).count();
    return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    delete graph;
    return cudaSuccess;
}
cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* executable, cudaGraph_t graph,
                                          unsigned long long /*flags*/) {
    *executable = new CUgraphExec_st{graph->nodes};
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
    delete executable;
    return cudaSuccess;
}
cudaError_t cudaGraphUpload(cudaGraphExec_t /*executable*/, cudaStream_t /*stream*/) { return cudaSuccess; }
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t /*stream*/) {
    ++device().graph_launches;
    for (const Work& node : executable->nodes) node();
    return cudaSuccess;
}

const char* cudaGetErrorName(cudaError_t /*error*/) { return "an error of the fake runtime"; }
const char* cudaGetErrorString(cudaError_t /*error*/) { return "see fake_runtime.cpp"; }
const char* cublasGetStatusName(cublasStatus_t /*status*/) { return "an error of a fake cuBLAS"; }
const char* cublasGetStatusString(cublasStatus_t /*status*/) { return "there is none"; }

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
