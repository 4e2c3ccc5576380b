#pragma once

#include <cstdint>
#include <vector>

#include "tests/models/llm/engine_world.hpp"

namespace spillway::tests {

/// A random setup and workload; the same for the same seed.
struct RandomWork {
    EngineSetup setup;
    std::vector<WorkItem> items;
};
RandomWork random_work(std::uint64_t seed, std::size_t requests);

}  // namespace spillway::tests
