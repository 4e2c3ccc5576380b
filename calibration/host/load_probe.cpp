#include <algorithm>
#include <cstring>

#include "calibration/common/mapped_memory.hpp"
#include "calibration/host/file_trial.hpp"
#include "calibration/host/host_probes.hpp"

namespace spillway {
namespace {

/// Copies blocks to their places in memory, as a load to a device copies them there.
class MemorySink : public BlockSink {
public:
    explicit MemorySink(std::size_t bytes) : memory_(bytes) { memory_.touch(); }

    void take(const FilledBlock& block) override {
        std::memcpy(memory_.bytes().data() + block.offset, block.bytes.data(), block.bytes.size());
    }
    void wait_until_free(std::size_t) override {}

private:
    MappedMemory memory_;
};

std::vector<ProbePoint> load_points(const HostMeans&, Effort effort) {
    std::vector<double> buffer_sizes{0x1p22};
    if (effort == Effort::kThorough)
        buffer_sizes = {0x1p20, 0x1p22, 0x1p24};
    std::vector<ProbePoint> points;
    for (const ProbePoint& reading : file_points(effort)) {
        for (const double buffer_bytes : buffer_sizes) {
            ProbePoint& point = points.emplace_back(reading);
            // The copy is done when take() returns: a second buffer for a thread would stay unused.
            point.numbers.emplace_back("buffers", reading.number("threads"));
            point.numbers.emplace_back("buffer_bytes", buffer_bytes);
        }
    }
    return points;
}

PreparedPoint load_prepare(HostMeans& means, const ProbePoint& point) {
    return prepare_reading(means, point, {point.size("buffers"), point.size("buffer_bytes")},
                           std::make_unique<MemorySink>(point.size("bytes")));
}

}  // namespace

const HostProbeEntry kLoadProbe{"load", "a file read through buffers to its place in memory", load_points,
                                load_prepare, 30};

}  // namespace spillway
