#pragma once

#include <chrono>
#include <functional>

struct CUstream_st;

namespace spillway::tests {

/// What the fake CUDA runtime does with work for a stream: it runs it at once, or adds it to the graph that
/// the stream is capturing. On the device's clock, which is a fake as well, it takes `time` whenever it runs.
void enqueue_fake(CUstream_st* stream, std::chrono::microseconds time, std::function<void()> work);

/// How often the fake runtime has launched a graph.
int fake_graph_launches();

}  // namespace spillway::tests
