#pragma once

#include <functional>

struct CUstream_st;  // what cudaStream_t, cudaEvent_t and cudaGraphExec_t point to
struct CUevent_st;
struct CUgraph_st;
struct CUgraphExec_st;

namespace spillway::cuda {

// Owners of CUDA's handles on the current device. All calls throw MeasureError when CUDA refuses.

class Stream {
public:
    Stream();
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    CUstream_st* get() const noexcept { return stream_; }
    void wait() const;

private:
    CUstream_st* stream_ = nullptr;
};

/// A moment on a stream, for measuring between two.
class Event {
public:
    Event();
    ~Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    void record(const Stream& stream);
    void wait() const;
    /// Requires: both are recorded, and this one has passed.
    double seconds_since(const Event& earlier) const;

private:
    CUevent_st* event_ = nullptr;
};

/// What was enqueued in a capture, not yet made ready to run.
class CapturedGraph {
public:
    /// Captures what `enqueue` puts on the stream; nothing of it runs.
    CapturedGraph(const Stream& stream, const std::function<void()>& enqueue);
    ~CapturedGraph();
    CapturedGraph(const CapturedGraph&) = delete;
    CapturedGraph& operator=(const CapturedGraph&) = delete;

    CUgraph_st* get() const noexcept { return graph_; }

private:
    CUgraph_st* graph_ = nullptr;
};

/// A graph that can be launched again and again.
class Graph {
public:
    explicit Graph(const CapturedGraph& captured);
    ~Graph();
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    /// Moves it to the device, as its first launch would.
    void upload(const Stream& stream) const;
    void launch(const Stream& stream) const;

private:
    CUgraphExec_st* graph_ = nullptr;
};

}  // namespace spillway::cuda
