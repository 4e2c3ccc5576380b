#pragma once

#include <memory>
#include <vector>

#include "calibration/common/file_reader.hpp"
#include "calibration/common/probe.hpp"
#include "calibration/cuda/memory.hpp"

namespace spillway::cuda {

/// Where a file's blocks go, and what then has to be waited for.
class LoadSink : public BlockSink {
public:
    virtual void wait_for_all() = 0;
    /// Throws MeasureError unless it has what `file` holds.
    virtual void check(const WeightsFile& file) const = 0;
};

/// Reads `file` through pinned buffers into `sink` for each sample, cold or warm as `point` says (words cache
/// and mode; numbers threads, buffers, buffer_bytes); or says why that cannot be here. The buffers are there
/// before the clock starts.
PreparedPoint prepare_reading(const WeightsFile& file, const ProbePoint& point,
                              std::unique_ptr<LoadSink> sink);

/// `usual` for samples that are gigabytes from storage.
StopRule reading_rule(const StopRule& usual);

}  // namespace spillway::cuda
