#include "calibration/cuda/grids.hpp"

namespace spillway::cuda {
namespace {

constexpr double kKiB = 1024;
constexpr double kMiB = 1024 * kKiB;
constexpr double kGiB = 1024 * kMiB;

/// From `first` to `last`, each `times` the one before.
std::vector<double> sizes(double first, double last, double times) {
    std::vector<double> result;
    for (double size = first; size <= last; size *= times) result.push_back(size);
    return result;
}

}  // namespace

std::vector<ProbePoint> points_of_words(const char* parameter, const std::vector<const char*>& words) {
    std::vector<ProbePoint> points;
    points.reserve(words.size());
    for (const char* word : words) points.push_back({{{parameter, word}}, {}});
    return points;
}

std::vector<ProbePoint> copy_points(const DeviceFacts& facts, Effort effort) {
    const std::vector<double> all =
        effort == Effort::kQuick ? sizes(64 * kKiB, 4 * kGiB, 16) : sizes(4 * kKiB, 4 * kGiB, 4);
    std::vector<ProbePoint> points;
    for (const char* via : {"kernel", "memcpy"}) {
        for (const double bytes : all) {
            if (2 * bytes < kMemoryShare * facts.memory_bytes)
                points.push_back({{{"via", via}}, {{"bytes", bytes}}});
        }
    }
    return points;
}

std::vector<ProbePoint> bus_points(Effort effort) {
    const std::vector<double> all =
        effort == Effort::kQuick ? sizes(64 * kKiB, 256 * kMiB, 16) : sizes(4 * kKiB, kGiB, 4);
    std::vector<ProbePoint> points;
    for (const char* direction : {"h2d", "d2h"}) {
        for (const char* host : {"pinned", "pageable"}) {
            for (const double bytes : all)
                points.push_back({{{"direction", direction}, {"host", host}}, {{"bytes", bytes}}});
        }
    }
    return points;
}

std::vector<ProbePoint> launch_points() { return points_of_words("what", {"issue", "kernel", "round_trip"}); }

std::vector<ProbePoint> graph_points() {
    std::vector<ProbePoint> points;
    for (const char* what : {"replay", "capture", "instantiate"}) {
        for (const double nodes : {10, 100, 1000}) points.push_back({{{"what", what}}, {{"nodes", nodes}}});
    }
    return points;
}

std::vector<ProbePoint> all_reduce_points(const DeviceFacts& facts, Effort effort) {
    const std::vector<double> all =
        effort == Effort::kQuick ? sizes(4 * kKiB, 256 * kMiB, 8) : sizes(kKiB, kGiB, 2);
    std::vector<ProbePoint> points;
    for (int gpus = 2; gpus <= 8; gpus *= 2) {
        // Two GPUs are always asked for, so that the file says why there is no all-reduce in it.
        if (gpus > 2 && gpus > facts.devices)
            break;
        for (const char* how : {"graph", "eager"}) {
            for (const double bytes : all)
                points.push_back({{{"how", how}}, {{"gpus", static_cast<double>(gpus)}, {"bytes", bytes}}});
        }
    }
    return points;
}

std::vector<ProbePoint> alloc_points(const DeviceFacts& facts, Effort effort) {
    const double most = effort == Effort::kThorough ? 16 * kGiB : effort == Effort::kNormal ? 4 * kGiB : kGiB;
    std::vector<ProbePoint> points;
    for (const char* what : {"device", "device_touch", "pinned", "registered"}) {
        for (const double bytes : sizes(64 * kMiB, most, 4)) {
            if (bytes < kMemoryShare * facts.memory_bytes)
                points.push_back({{{"what", what}}, {{"bytes", bytes}}});
        }
    }
    return points;
}

std::vector<ProbePoint> disk_points(const DeviceFacts& facts, Effort effort) {
    struct Way {
        const char* cache;
        const char* mode;
    };
    std::vector<double> threads{4};
    double bytes = kGiB / 2;  // some times the ring's size, and no more
    if (effort != Effort::kQuick) {
        threads = {1, 4, 8};
        bytes = (effort == Effort::kNormal ? 4 : 16) * kGiB;
    }
    if (bytes > kMemoryShare * facts.memory_bytes)
        bytes = kGiB;
    std::vector<ProbePoint> points;
    // Direct reads go around the page cache, so that they are always cold.
    for (const Way& way : {Way{"cold", "buffered"}, Way{"warm", "buffered"}, Way{"cold", "direct"}}) {
        for (const double count : threads)
            points.push_back(
                {{{"cache", way.cache}, {"mode", way.mode}}, {{"bytes", bytes}, {"threads", count}}});
    }
    return points;
}

std::vector<ProbePoint> load_points(const DeviceFacts& facts, Effort effort) {
    const std::vector<double> buffer_sizes =
        effort == Effort::kThorough ? std::vector{8 * kMiB, 16 * kMiB, 64 * kMiB} : std::vector{16 * kMiB};
    std::vector<ProbePoint> points;
    for (const ProbePoint& reading : disk_points(facts, effort)) {
        for (const double buffer_bytes : buffer_sizes) {
            ProbePoint& point = points.emplace_back(reading);
            point.numbers.emplace_back("buffers", 2 * reading.number("threads"));  // one fills, one is copied
            point.numbers.emplace_back("buffer_bytes", buffer_bytes);
        }
    }
    return points;
}

}  // namespace spillway::cuda
