#pragma once

#include <cstddef>
#include <functional>

namespace spillway {

/// Calls `work` for 0 to count - 1, spread over the machine's processors; returns when all are done. Each
/// call must be independent of the others. An exception in one of them ends the program.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace spillway
