#include "calibration/cuda/stream.hpp"

#include <cuda_runtime_api.h>

#include "calibration/cuda/check.hpp"

namespace spillway::cuda {

Stream::Stream() {
    cuda_check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
}
Stream::~Stream() { static_cast<void>(cudaStreamDestroy(stream_)); }

void Stream::wait() const { cuda_check(cudaStreamSynchronize(stream_), "cudaStreamSynchronize"); }

Event::Event() { cuda_check(cudaEventCreate(&event_), "cudaEventCreate"); }
Event::~Event() { static_cast<void>(cudaEventDestroy(event_)); }

void Event::record(const Stream& stream) {
    cuda_check(cudaEventRecord(event_, stream.get()), "cudaEventRecord");
}

void Event::wait() const { cuda_check(cudaEventSynchronize(event_), "cudaEventSynchronize"); }

double Event::seconds_since(const Event& earlier) const {
    float milliseconds = 0;
    cuda_check(cudaEventElapsedTime(&milliseconds, earlier.event_, event_), "cudaEventElapsedTime");
    return static_cast<double>(milliseconds) / 1000;
}

CapturedGraph::CapturedGraph(const Stream& stream, const std::function<void()>& enqueue) {
    cuda_check(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal),
               "cudaStreamBeginCapture");
    try {
        enqueue();
    } catch (...) {
        // The stream must leave its capture, or nothing runs on it any more.
        static_cast<void>(cudaStreamEndCapture(stream.get(), &graph_));
        if (graph_ != nullptr)
            static_cast<void>(cudaGraphDestroy(graph_));
        throw;
    }
    cuda_check(cudaStreamEndCapture(stream.get(), &graph_), "cudaStreamEndCapture");
}
CapturedGraph::~CapturedGraph() { static_cast<void>(cudaGraphDestroy(graph_)); }

Graph::Graph(const CapturedGraph& captured) {
    cuda_check(cudaGraphInstantiateWithFlags(&graph_, captured.get(), 0), "cudaGraphInstantiateWithFlags");
}
Graph::~Graph() { static_cast<void>(cudaGraphExecDestroy(graph_)); }

void Graph::upload(const Stream& stream) const {
    cuda_check(cudaGraphUpload(graph_, stream.get()), "cudaGraphUpload");
}

void Graph::launch(const Stream& stream) const {
    cuda_check(cudaGraphLaunch(graph_, stream.get()), "cudaGraphLaunch");
}

}  // namespace spillway::cuda
