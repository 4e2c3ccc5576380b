#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>

#include "calibration/common/probe.hpp"
#include "calibration/common/weights_file.hpp"
#include "calibration/host/kernels/host_kernels.hpp"
#include "calibration/host/rotating_memory.hpp"
#include "calibration/host/worker_threads.hpp"

namespace spillway {

/// What the probes of one backend share. Owned by the backend, which outlives its probes.
struct HostMeans {
    HostMeans(std::filesystem::path program_path, const std::filesystem::path& folder);

    std::filesystem::path program;  ///< empty: nothing can be measured in fresh processes
    const HostKernels& kernels = host_kernels();
    WorkerThreads threads;
    RotatingMemory operands;  ///< read, not written: random
    RotatingMemory results;   ///< written
    WeightsStore files;
};

/// A trial that is no more than a function.
class FunctionTrial : public Trial {
public:
    explicit FunctionTrial(std::function<double()> measure) : measure_(std::move(measure)) {}
    double sample() override { return measure_(); }

private:
    std::function<double()> measure_;
};

/// A trial that has run twice: what it needs is mapped and its threads are awake.
PreparedPoint warmed_up(std::function<double()> measure);

}  // namespace spillway
