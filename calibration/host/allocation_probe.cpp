#include "calibration/common/mapped_memory.hpp"
#include "calibration/common/stopwatch.hpp"
#include "calibration/host/host_probes.hpp"

namespace spillway {
namespace {

std::vector<ProbePoint> allocation_points(const HostMeans& means, Effort effort) {
    const double most = effort == Effort::kQuick ? 0x1p24 : effort == Effort::kNormal ? 0x1p30 : 0x1p32;
    std::vector<ProbePoint> points;
    for (double bytes = 0x1p20; bytes <= most && bytes <= 4 * static_cast<double>(means.operands.bytes());
         bytes *= effort == Effort::kQuick ? 16 : 4)
        points.push_back({{{"what", "touched"}}, {{"bytes", bytes}}});
    return points;
}

PreparedPoint allocation_prepare(HostMeans&, const ProbePoint& point) {
    const std::size_t bytes = point.size("bytes");
    return warmed_up([bytes] {
        MappedMemory memory(page_bytes());
        return seconds_of([&] {
            memory = MappedMemory(bytes, PageSize::kUsual);
            memory.touch();
        });
    });
}

}  // namespace

const HostProbeEntry kAllocationProbe{"alloc", "memory mapped and each page touched", allocation_points,
                                      allocation_prepare};

}  // namespace spillway
