#include <algorithm>
#include <cmath>
#include <vector>

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "calibration/cuda/check.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/kernels/random_values.hpp"
#include "calibration/cuda/matmul.hpp"
#include "calibration/cuda/probes.hpp"
#include "calibration/cuda/reference.hpp"
#include "calibration/cuda/timed_trial.hpp"

namespace spillway::cuda {
namespace {

constexpr std::uint64_t kInputSeed = 11;
constexpr std::uint64_t kWeightSeed = 12;
constexpr int kChecked = 16;  // outputs, over all of them

ValueKind kind_of(const std::string& type) {
    if (type == "fp8")
        return ValueKind::kFp8;
    return type == "int8" ? ValueKind::kInt8 : ValueKind::kBf16;
}

/// A product over copies of the weights in turn. The inputs stay in the L2, where the kernel before them left
/// them in a model too.
class GemmWork : public DeviceWork {
public:
    GemmWork(const Device& device, const ProbePoint& point)
        : product_{kind_of(point.word("dtype")), Weights::kByOutput, integer(point, "m"), integer(point, "n"),
                   integer(point, "k")},
          copies_(point.size("copies")),
          weight_values_(point.size("n") * point.size("k")),
          matmul_(product_),
          weights_(copies_ * weight_values_ * value_bytes(product_.kind)),
          input_(point.size("m") * point.size("k") * value_bytes(product_.kind)),
          output_(point.size("m") * point.size("n") * output_bytes(product_.kind)) {
        launch_fill(weights_.get(), copies_ * weight_values_, product_.kind, kWeightSeed,
                    device.stream().get());
        launch_fill(input_.get(), point.size("m") * point.size("k"), product_.kind, kInputSeed,
                    device.stream().get());
    }

    std::size_t copies() const override { return copies_; }
    void enqueue(CUstream_st* stream, std::size_t copy) override {
        const std::size_t at = copy * weight_values_ * value_bytes(product_.kind);
        matmul_.enqueue(output_.get(), input_.get(), weights_.values<std::byte>(at), stream);
    }

    /// Throws MeasureError unless outputs spread over all of them are what double precision gives.
    void check(const Device& device) {
        enqueue(device.stream().get(), 0);
        device.stream().wait();
        const auto outputs = static_cast<std::uint64_t>(product_.m * product_.n);
        for (std::uint64_t i = 0; i < kChecked; ++i) {
            const std::uint64_t place = i * (outputs - 1) / (kChecked - 1);
            const std::string wrong = difference(expected(place), {found(place)}, tolerance());
            if (!wrong.empty())
                throw MeasureError(fmt::format("a wrong product, output {}: {}", place, wrong));
        }
    }

private:
    static std::int64_t integer(const ProbePoint& point, std::string_view name) {
        return static_cast<std::int64_t>(point.number(name));
    }

    /// fp8 products are summed with fewer bits; whole numbers are exact.
    double tolerance() const { return product_.kind == ValueKind::kInt8 ? 0 : 0.02; }

    double operand(std::uint64_t seed, std::uint64_t place) const {
        if (product_.kind == ValueKind::kBf16)
            return widen(random_bf16(seed, place));
        return random_small(seed, place);
    }

    Reference expected(std::uint64_t place) const {
        const auto k = static_cast<std::uint64_t>(product_.k);
        const std::uint64_t row = place / static_cast<std::uint64_t>(product_.n);
        const std::uint64_t column = place % static_cast<std::uint64_t>(product_.n);
        double sum = 0;
        double squares = 0;
        for (std::uint64_t i = 0; i < k; ++i) {
            const double term = operand(kInputSeed, row * k + i) * operand(kWeightSeed, column * k + i);
            sum += term;
            squares += term * term;
        }
        return {{sum}, std::sqrt(squares)};
    }

    float found(std::uint64_t place) const {
        if (product_.kind != ValueKind::kInt8)
            return read_bf16(output_, place, 1)[0];
        std::int32_t value = 0;
        cuda_check(
            cudaMemcpy(&value, output_.values<std::int32_t>(place), sizeof value, cudaMemcpyDeviceToHost),
            "cudaMemcpy");
        return static_cast<float>(value);  // under 2^24: 64 k at most
    }

    Product product_;
    std::size_t copies_;
    std::size_t weight_values_;
    Matmul matmul_;
    DeviceBuffer weights_;
    DeviceBuffer input_;
    DeviceBuffer output_;
};

class GemmProbe : public Probe {
public:
    explicit GemmProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "gemm"; }
    std::string_view summary() const noexcept override {
        return "cuBLASLt products of language models' layers, in bf16, fp8 and int8.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return gemm_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        if (point.word("dtype") == "fp8" && device_.facts().capability < kFp8Capability)
            return PreparedPoint::missing("fp8 products need compute capability 8.9");
        auto work = std::make_unique<GemmWork>(device_, point);
        work->check(device_);
        return PreparedPoint::ready(timed_trial(device_, std::move(work), Caches::kRotate));
    }
    StopRule stop_rule(const StopRule& usual) const override {
        StopRule rule = usual;
        rule.precision /= 2;  // the fit's own error is a few percent: the timer's must not show in it
        return rule;
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_gemm_probe(const Device& device) { return std::make_unique<GemmProbe>(device); }

}  // namespace spillway::cuda
