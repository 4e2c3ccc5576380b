#pragma once

#include <chrono>

namespace spillway {

/// The seconds that `work()` takes by the monotonic clock.
template <class Work>
double seconds_of(Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace spillway
