#include "calibration/host/file_trial.hpp"
#include "calibration/host/host_probes.hpp"

namespace spillway {
namespace {

/// Has what is read, and does nothing with it.
class DroppingSink : public BlockSink {
public:
    void take(const FilledBlock&) override {}
    void wait_until_free(std::size_t) override {}
};

std::vector<ProbePoint> disk_points(const HostMeans&, Effort effort) { return file_points(effort); }

PreparedPoint disk_prepare(HostMeans& means, const ProbePoint& point) {
    return prepare_reading(means, point, {point.size("threads")}, std::make_unique<DroppingSink>());
}

}  // namespace

const HostProbeEntry kDiskProbe{"disk.read", "a file read into buffers", disk_points, disk_prepare, 30};

}  // namespace spillway
