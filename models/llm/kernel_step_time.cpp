// kernel_step_time: an iteration's time from the profile's kernels, tabulated.
#include <algorithm>

#include "models/gpu_profile/kernel_times.hpp"
#include "models/llm/deployment.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// Evaluates `seconds` at every size up to 256, then ever more coarsely, and fills in straight lines.
template <class Seconds>
std::vector<Ticks> tabulate(std::uint32_t most, Seconds&& seconds) {
    std::vector<Ticks> table(std::size_t{most} + 1);
    std::uint32_t last = 0;
    for (std::uint32_t n = 0;;) {
        table[n] = ticks_from_seconds(seconds(n));
        for (std::uint32_t i = last + 1; i < n; ++i)
            table[i] = table[last] + (table[n] - table[last]) * (i - last) / (n - last);
        if (n == most)
            return table;
        last = n;
        const std::uint32_t step = n < 256 ? 1 : n < 1024 ? 8 : 64;
        n = std::min(most, (n / step + 1) * step);
    }
}

class Kernels {
public:
    Kernels(const Deployment& deployment, const EngineOverheads& overheads)
        : d_(deployment),
          o_(overheads),
          llm_(deployment.llm),
          gpus_(deployment.gpus),
          layers_(static_cast<double>(llm_.layers)),
          hidden_(static_cast<double>(llm_.hidden)),
          feed_(static_cast<double>(llm_.intermediate) / gpus_),
          shape_{static_cast<double>(llm_.heads) / gpus_,
                 std::max(1.0, static_cast<double>(llm_.kv_heads) / gpus_),
                 static_cast<double>(llm_.head_dim)} {}

    /// Everything in the layers but attention, for `n` tokens.
    double tokens(double n, double scale) const {
        n = std::max(n, 1.0);
        const double q = shape_.heads * shape_.head_dim;
        const double kv = shape_.kv_heads * shape_.head_dim;
        const double products = gemm(n, q + 2 * kv, hidden_) + gemm(n, hidden_, q) +
                                gemm(n, 2 * feed_, hidden_) + gemm(n, hidden_, feed_);
        // Two norms with their additions, the rotary embedding, the gated activation: what each reads and
        // writes.
        const double bytes = n * 2 * (8 * hidden_ + 2 * (q + kv) + 3 * feed_);
        const double touched = elementwise_seconds(d_.gpu, bytes, 0);
        double layer = scale * (products + touched) + o_.layer;
        if (d_.weights != Precision::kBf16)
            layer += o_.quantised_layer;
        if (gpus_ > 1)
            layer += 2 * o_.all_reduce_scale * all_reduce_seconds(d_.gpu, d_.gpus, n * hidden_ * 2);
        return layers_ * layer;
    }
    double output(double n) const {
        return n == 0 ? 0
                      : o_.gemm_scale * gemm_seconds(d_.gpu, Precision::kBf16, n,
                                                     static_cast<double>(llm_.vocab) / gpus_, hidden_);
    }
    std::vector<KvLine> decode(double batch) const {
        std::vector<KvLine> lines;
        const double scale = layers_ * o_.decode_scale;
        for (const DecodeLine& line : decode_attention_lines(d_.gpu, d_.cache, shape_, batch)) {
            lines.push_back(
                {ticks_from_seconds(scale * line.base_seconds),
                 static_cast<std::int64_t>(ticks_from_seconds(scale * line.seconds_per_kv_token))});
        }
        return lines;
    }
    double context(double tokens) const {
        const double alone = prefill_attention_seconds(d_.gpu, d_.cache, shape_, PrefillChunk{0, tokens});
        return layers_ * o_.prefill_scale * alone;
    }
    double layers() const noexcept { return layers_; }

private:
    double gemm(double m, double n, double k) const { return gemm_seconds(d_.gpu, d_.weights, m, n, k); }

    const Deployment& d_;
    const EngineOverheads& o_;
    const LlmSpec& llm_;
    double gpus_;
    double layers_;
    double hidden_;
    double feed_;
    AttentionShape shape_;
};

}  // namespace

StepTime kernel_step_time(const Deployment& deployment, const EngineOverheads& overheads,
                          const EngineRules& rules) {
    const Kernels kernels(deployment, overheads);
    StepTables tables;
    tables.tokens = tabulate(rules.max_batched_tokens,
                             [&](std::uint32_t n) { return kernels.tokens(n, overheads.gemm_scale); });
    tables.prompt_tokens = tabulate(rules.max_batched_tokens, [&](std::uint32_t n) {
        return kernels.tokens(n, overheads.gemm_scale * overheads.prefill_scale);
    });
    tables.head = tabulate(rules.max_batched_tokens,
                           [&](std::uint32_t n) { return kernels.output(std::min(n, rules.max_sequences)); });
    tables.attention.resize(std::size_t{rules.max_sequences} + 1);
    for (std::uint32_t batch = 1; batch <= rules.max_sequences; ++batch)
        tables.attention[batch] = kernels.decode(batch);
    // The launch is paid once an iteration, whatever the number of prompts.
    const double launch = kernels.context(1);
    for (std::uint32_t cell = 0; cell <= rules.max_context / StepTime::kContextStep + 1; ++cell) {
        const double tokens = static_cast<double>(cell) * StepTime::kContextStep;
        tables.prefill_context.push_back(
            ticks_from_seconds(cell == 0 ? 0 : std::max(0.0, kernels.context(tokens) - launch)));
    }
    const double parallel = deployment.gpus > 1 ? overheads.parallel_step : 0;
    tables.host_prefill = ticks_from_seconds(overheads.host_layer * kernels.layers());
    tables.serial_step = ticks_from_seconds(overheads.step + parallel);
    tables.serial_sequence = ticks_from_seconds(
        overheads.sequence + overheads.vocabulary_entry * static_cast<double>(deployment.llm.vocab));
    tables.serial_token = ticks_from_seconds(overheads.prompt_token);
    tables.serial_prompt = ticks_from_seconds(overheads.prompt);
    tables.serial_prompt_step =
        ticks_from_seconds(launch + overheads.prompt_step + overheads.prompt_layer * kernels.layers());
    return StepTime(std::move(tables));
}

}  // namespace spillway
