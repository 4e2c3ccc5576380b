#include <algorithm>
#include <cstring>

#include "calibration/common/probe.hpp"
#include "calibration/common/stopwatch.hpp"
#include "calibration/host/host_probes.hpp"

namespace spillway {
namespace {

using CopyFunction = void (*)(const float* from, float* to, std::size_t count);

void copy_by_library(const float* from, float* to, std::size_t count) {
    std::memcpy(to, from, count * sizeof(float));
}

/// Copies in parts of this size, whichever thread is free: below, one thread copies alone.
constexpr std::size_t kPart = (256 << 10) / sizeof(float);

void copy_in_parts(HostMeans& means, CopyFunction copy, std::span<const float> from, std::span<float> to) {
    means.threads.run((from.size() + kPart - 1) / kPart, [&](std::size_t item, std::size_t) {
        const std::size_t first = item * kPart;
        copy(from.data() + first, to.data() + first, std::min(kPart, from.size() - first));
    });
}

std::vector<ProbePoint> copy_points(const HostMeans& means, Effort effort) {
    const std::size_t step = effort == Effort::kQuick ? 16 : effort == Effort::kNormal ? 4 : 2;
    const std::size_t most = means.results.bytes();
    std::vector<ProbePoint> points;
    for (const char* via : {"kernel", "memcpy"}) {
        for (std::size_t bytes = 4 << 10; bytes <= most; bytes *= step)
            points.push_back({{{"via", via}}, {{"bytes", static_cast<double>(bytes)}}});
    }
    return points;
}

PreparedPoint copy_prepare(HostMeans& means, const ProbePoint& point) {
    const CopyFunction copy = point.word("via") == "kernel" ? means.kernels.copy : copy_by_library;
    const std::size_t count = point.size("bytes") / sizeof(float);
    const std::span<const float> from = means.operands.next(count);
    const std::span<float> to = means.results.next(count);
    std::fill(to.begin(), to.end(), 2.0F);  // which no operand is
    copy_in_parts(means, copy, from, to);
    if (!std::equal(from.begin(), from.end(), to.begin()))
        throw MeasureError("a copy differs from what was copied");
    return warmed_up([&means, copy, count] {
        const std::span<const float> source = means.operands.next(count);
        const std::span<float> target = means.results.next(count);
        return seconds_of([&] { copy_in_parts(means, copy, source, target); });
    });
}

}  // namespace

const HostProbeEntry kCopyProbe{"mem.copy", "copies within memory, by all cores", copy_points, copy_prepare};

}  // namespace spillway
