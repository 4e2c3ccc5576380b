#pragma once

#include <chrono>

namespace spillway::cuda {

/// Seconds of the monotonic clock that `work()` takes.
template <class Work>
double seconds_of(Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace spillway::cuda
