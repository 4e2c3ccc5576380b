#pragma once

#include <memory>
#include <vector>

#include "calibration/common/file_reader.hpp"
#include "calibration/host/host_means.hpp"

namespace spillway {

/// The ways to read a file, of sizes by effort: parameters cache, mode, bytes and threads.
std::vector<ProbePoint> file_points(Effort effort);

/// The ring that a file is read into.
struct RingSize {
    std::size_t buffers = 1;
    std::size_t buffer_bytes = 4 << 20;
};

/// Reads the file of one of file_points() into `sink` for each sample, which is cold or warm as the point
/// says; or says why that cannot be here.
PreparedPoint prepare_reading(HostMeans& means, const ProbePoint& point, const RingSize& ring,
                              std::unique_ptr<BlockSink> sink);

}  // namespace spillway
