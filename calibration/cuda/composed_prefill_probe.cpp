#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/matmul.hpp"
#include "calibration/cuda/prefill_operands.hpp"
#include "calibration/cuda/probes.hpp"
#include "calibration/cuda/timed_trial.hpp"

namespace spillway::cuda {
namespace {

/// Queries times keys, softmax, weights times values, with all scores in memory. The heads of a group are
/// rows of one product. It multiplies what the mask hides, too: causal attention done well takes about half.
class ComposedWork : public DeviceWork {
public:
    ComposedWork(const Device& device, const ProbePoint& point)
        : operands_(device, point),
          rows_(std::int64_t{operands_.arguments().heads / operands_.arguments().kv_heads} *
                operands_.arguments().new_tokens),
          context_(operands_.arguments().prefix_tokens + operands_.arguments().new_tokens),
          score_row_((context_ + kChunkValues - 1) / kChunkValues * kChunkValues),
          caches_(operands_.batch() * operands_.arguments().kv_heads),
          scores_(static_cast<std::size_t>(caches_ * rows_ * score_row_) * sizeof(Bf16)),
          by_keys_({ValueKind::kBf16, Weights::kByOutput, rows_, context_, operands_.head_dim(), 0,
                    score_row_, caches_}),
          by_values_({ValueKind::kBf16, Weights::kByInput, rows_, operands_.head_dim(), context_, score_row_,
                      0, caches_}) {}

    std::size_t copies() const override { return 1; }
    void enqueue(CUstream_st* stream, std::size_t /*copy*/) override {
        const PrefillArguments& a = operands_.arguments();
        by_keys_.enqueue(scores_.get(), a.query, a.keys, stream);
        launch_softmax({scores_.values<Bf16>(), score_row_, a.prefix_tokens, a.new_tokens,
                        score_scale(operands_.head_dim())},
                       caches_ * rows_, stream);
        by_values_.enqueue(a.output, scores_.get(), a.values, stream);
    }
    const PrefillOperands& operands() const noexcept { return operands_; }

private:
    PrefillOperands operands_;
    std::int64_t rows_;
    std::int64_t context_;
    std::int64_t score_row_;
    int caches_;
    DeviceBuffer scores_;
    Matmul by_keys_;
    Matmul by_values_;
};

class ComposedPrefillProbe : public Probe {
public:
    explicit ComposedPrefillProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "attn.prefill.composed"; }
    std::string_view summary() const noexcept override {
        return "The same attention out of two cuBLASLt products and a softmax: a bound.";
    }
    std::vector<ProbePoint> points(Effort effort) const override {
        return composed_prefill_points(device_.facts(), effort);
    }
    PreparedPoint prepare(const ProbePoint& point) override {
        auto work = std::make_unique<ComposedWork>(device_, point);
        work->enqueue(device_.stream().get(), 0);
        work->operands().check_output();
        return PreparedPoint::ready(timed_trial(device_, std::move(work), Caches::kFlush));
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_composed_prefill_probe(const Device& device) {
    return std::make_unique<ComposedPrefillProbe>(device);
}

}  // namespace spillway::cuda
