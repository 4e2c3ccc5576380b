#include "calibration/cuda/file_trial.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/probes.hpp"

namespace spillway::cuda {
namespace {

/// Has what is read, and does nothing with it: `load` without the bus.
class DroppingSink : public LoadSink {
public:
    void take(const FilledBlock& /*block*/) override {}
    void wait_until_free(std::size_t /*buffer*/) override {}
    void wait_for_all() override {}
    void check(const WeightsFile& /*file*/) const override {}
};

class DiskProbe : public Probe {
public:
    DiskProbe(const Device& device, WeightsStore& files) : device_(device), files_(files) {}

    std::string_view name() const noexcept override { return "disk.read"; }
    std::string_view summary() const noexcept override {
        return "A file of weights read into pinned buffers, and no further.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return disk_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        // Two buffers of 16 MiB a thread, as a load has them.
        ProbePoint ring = point;
        ring.numbers.emplace_back("buffers", 2 * point.number("threads"));
        ring.numbers.emplace_back("buffer_bytes", 16 << 20);
        return prepare_reading(files_.file(point.size("bytes")), ring, std::make_unique<DroppingSink>());
    }
    StopRule stop_rule(const StopRule& usual) const override { return reading_rule(usual); }

private:
    const Device& device_;
    WeightsStore& files_;
};

}  // namespace

std::unique_ptr<Probe> make_disk_probe(const Device& device, WeightsStore& files) {
    return std::make_unique<DiskProbe>(device, files);
}

}  // namespace spillway::cuda
