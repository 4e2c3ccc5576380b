#pragma once

#include <cstddef>
#include <functional>

namespace spillway {

/// Calls `work` for 0 to count - 1, spread over the threads that within_threads() gave, or over the machine's
/// processors; returns when all are done. Each call must be independent of the others. May be called from
/// inside `work`. When calls throw, the exception of the lowest number leaves, whatever the threads: those
/// after it may not have been made.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work);

/// Calls `work`, in which parallel_for() uses at most so many threads. Requires: threads > 0.
void within_threads(int threads, const std::function<void()>& work);

/// Threads that this machine runs at once.
int processors() noexcept;

}  // namespace spillway
