#include <fmt/format.h>

#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/probes.hpp"
#include "calibration/cuda/reference.hpp"
#include "calibration/cuda/timed_trial.hpp"

namespace spillway::cuda {
namespace {

constexpr std::size_t kMostCopies = 64;
constexpr double kTolerance = 0.02;  // sums, scales and results are each rounded to bf16
constexpr std::uint64_t kInputSeed = 31;
constexpr std::uint64_t kResidualSeed = 32;
constexpr std::uint64_t kWeightSeed = 33;

/// One of the two operations, over rows of `width`, with operands in copies.
class RowWork : public DeviceWork {
public:
    RowWork(const Device& device, const ProbePoint& point, std::size_t input_widths)
        : device_(device),
          tokens_(point.size("tokens")),
          width_(point.size("width")),
          copies_(copies_beyond_l2(device.facts(), point.number("bytes"), kMostCopies)),
          row_(input_widths * width_),
          input_(random_bf16_buffer(copies_ * tokens_ * row_, kInputSeed, device.stream().get())),
          output_(tokens_ * width_ * copies_ * sizeof(Bf16)) {}

    std::size_t copies() const override { return copies_; }

    /// Throws MeasureError unless the first and the last token of the first copy are right.
    void check() {
        enqueue(device_.stream().get(), 0);
        for (const std::size_t token : {std::size_t{0}, tokens_ - 1}) {
            const std::string wrong =
                difference(expected(token), read_bf16(output_, token * width_, width_), kTolerance);
            if (!wrong.empty())
                throw MeasureError(fmt::format("a wrong result, token {}: {}", token, wrong));
        }
    }

protected:
    virtual Reference expected(std::size_t token) const = 0;

    const Device& device_;
    std::size_t tokens_;
    std::size_t width_;
    std::size_t copies_;
    std::size_t row_;
    DeviceBuffer input_;
    DeviceBuffer output_;
};

class AddNormWork : public RowWork {
public:
    AddNormWork(const Device& device, const ProbePoint& point)
        : RowWork(device, point, 1),
          residual_(random_bf16_buffer(copies_ * tokens_ * width_, kResidualSeed, device.stream().get())),
          weights_(random_bf16_buffer(width_, kWeightSeed, device.stream().get())) {}

    void enqueue(CUstream_st* stream, std::size_t copy) override {
        // The residual grows from run to run, slowly (its inputs repeat): far from what bf16 holds.
        const std::size_t at = copy * tokens_ * width_;
        launch_add_norm({input_.values<Bf16>(at), residual_.values<Bf16>(at), weights_.values<Bf16>(),
                         output_.values<Bf16>(at), static_cast<int>(width_)},
                        static_cast<int>(tokens_), stream);
    }

private:
    Reference expected(std::size_t token) const override {
        return reference_add_norm(kInputSeed, kResidualSeed, kWeightSeed, token * width_,
                                  static_cast<int>(width_));
    }

    DeviceBuffer residual_;
    DeviceBuffer weights_;
};

class SiluWork : public RowWork {
public:
    SiluWork(const Device& device, const ProbePoint& point) : RowWork(device, point, 2) {}

    void enqueue(CUstream_st* stream, std::size_t copy) override {
        launch_silu_mul(
            {input_.values<Bf16>(copy * tokens_ * row_), output_.values<Bf16>(copy * tokens_ * width_),
             static_cast<long long>(tokens_), static_cast<int>(width_)},
            device_.blocks(), stream);
    }

private:
    Reference expected(std::size_t token) const override {
        return reference_silu_mul(kInputSeed, token, static_cast<int>(width_));
    }
};

class ElementwiseProbe : public Probe {
public:
    explicit ElementwiseProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "ew"; }
    std::string_view summary() const noexcept override {
        return "Residual addition with norm, and SiLU times up, between a layer's products.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return elementwise_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        std::unique_ptr<RowWork> work;
        if (point.word("op") == "add_norm")
            work = std::make_unique<AddNormWork>(device_, point);
        else
            work = std::make_unique<SiluWork>(device_, point);
        work->check();
        return PreparedPoint::ready(timed_trial(device_, std::move(work), Caches::kFlush));
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_elementwise_probe(const Device& device) {
    return std::make_unique<ElementwiseProbe>(device);
}

}  // namespace spillway::cuda
