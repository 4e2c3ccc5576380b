#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/prefill_operands.hpp"
#include "calibration/cuda/probes.hpp"
#include "calibration/cuda/timed_trial.hpp"

namespace spillway::cuda {
namespace {

/// The tiled kernel. One copy: the keys and values of new tokens come from the kernel before in a model too,
/// and long prefixes are larger than the L2.
class PrefillWork : public DeviceWork {
public:
    PrefillWork(const Device& device, const ProbePoint& point) : operands_(device, point) {}

    std::size_t copies() const override { return 1; }
    void enqueue(CUstream_st* stream, std::size_t /*copy*/) override {
        launch_prefill(operands_.arguments(), operands_.head_dim(), operands_.batch(), stream);
    }
    const PrefillOperands& operands() const noexcept { return operands_; }

private:
    PrefillOperands operands_;
};

class PrefillProbe : public Probe {
public:
    explicit PrefillProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "attn.prefill"; }
    std::string_view summary() const noexcept override {
        return "Causal attention of new tokens over a prefix and themselves, by a tiled kernel.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return prefill_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        auto work = std::make_unique<PrefillWork>(device_, point);
        work->enqueue(device_.stream().get(), 0);
        work->operands().check_output();
        return PreparedPoint::ready(timed_trial(device_, std::move(work), Caches::kFlush));
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_prefill_probe(const Device& device) {
    return std::make_unique<PrefillProbe>(device);
}

}  // namespace spillway::cuda
