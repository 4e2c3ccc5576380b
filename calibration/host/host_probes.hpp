#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "calibration/common/probe.hpp"
#include "calibration/host/host_means.hpp"

namespace spillway {

/// What a probe of the host is made of: constant tables and two functions.
struct HostProbeEntry {
    std::string_view name;
    std::string_view summary;
    /// The grid; sizes may depend on the machine's caches.
    std::vector<ProbePoint> (*points)(const HostMeans& means, Effort effort);
    PreparedPoint (*prepare)(HostMeans& means, const ProbePoint& point);
    /// Fewer samples where each of them is a process or a file.
    std::size_t most_samples = 0;  ///< 0: as usual
};

extern const HostProbeEntry kCopyProbe;
extern const HostProbeEntry kProductProbe;
extern const HostProbeEntry kDecodeProbe;
extern const HostProbeEntry kPrefillProbe;
extern const HostProbeEntry kElementwiseProbe;
extern const HostProbeEntry kLaunchProbe;
extern const HostProbeEntry kProcessProbe;
extern const HostProbeEntry kLibraryProbe;
extern const HostProbeEntry kAllocationProbe;
extern const HostProbeEntry kDiskProbe;
extern const HostProbeEntry kLoadProbe;

/// All of them, in the order of the suite.
std::vector<std::unique_ptr<Probe>> host_probes(HostMeans& means);

}  // namespace spillway
