// kernel_step_time: an iteration's time from the profile's kernels, tabulated.
#include <algorithm>

#include "models/llm/deployment.hpp"

namespace spillway {
namespace {

/// Evaluates `seconds` at every size up to 256, then ever more coarsely, and fills in straight lines.
template <class Seconds>
std::vector<double> tabulate(std::uint32_t most, Seconds&& seconds) {
    std::vector<double> table(std::size_t{most} + 1);
    std::uint32_t last = 0;
    for (std::uint32_t n = 0;;) {
        table[n] = seconds(n);
        for (std::uint32_t i = last + 1; i < n; ++i)
            table[i] = table[last] + (table[n] - table[last]) * (i - last) / (n - last);
        if (n == most)
            return table;
        last = n;
        const std::uint32_t step = n < 256 ? 1 : n < 1024 ? 8 : 64;
        n = std::min(most, (n / step + 1) * step);
    }
}

/// The kernels of one layer, and of the output matrix.
class Kernels {
public:
    explicit Kernels(const Deployment& deployment)
        : d_(deployment),
          llm_(deployment.llm),
          gpus_(deployment.gpus),
          hidden_(static_cast<double>(llm_.hidden)),
          feed_(static_cast<double>(llm_.intermediate) / gpus_),
          shape_{static_cast<double>(llm_.heads) / gpus_,
                 std::max(1.0, static_cast<double>(llm_.kv_heads) / gpus_),
                 static_cast<double>(llm_.head_dim)} {}

    double products(double n) const {
        n = std::max(n, 1.0);
        const double q = shape_.heads * shape_.head_dim;
        const double kv = shape_.kv_heads * shape_.head_dim;
        return gemm(n, q + 2 * kv, hidden_) + gemm(n, hidden_, q) + gemm(n, 2 * feed_, hidden_) +
               gemm(n, hidden_, feed_);
    }
    /// Two norms with their additions, the rotary embedding, the gated activation: what each reads and
    /// writes.
    double touched(double n) const {
        const double heads = shape_.heads + shape_.kv_heads;
        const double values = 8 * hidden_ + 2 * heads * shape_.head_dim + 3 * feed_;
        return elementwise_seconds(d_.gpu, std::max(n, 1.0) * wide_bytes() * values, 0);
    }
    double reduced(double n) const {
        return gpus_ > 1 ? 2 * all_reduce_seconds(d_.gpu, d_.gpus, std::max(n, 1.0) * hidden_ * wide_bytes())
                         : 0;
    }
    double output(double n) const {
        const double columns = static_cast<double>(llm_.vocab) / gpus_;
        return n == 0 ? 0 : gemm_seconds(d_.gpu, wide_precision(d_.weights), n, columns, hidden_);
    }
    std::vector<DecodeLine> decode(double batch) const {
        return decode_attention_lines(d_.gpu, d_.cache, shape_, batch);
    }
    double context(double tokens) const {
        return prefill_attention_seconds(d_.gpu, d_.cache, shape_, PrefillChunk{0, tokens});
    }

private:
    double wide_bytes() const { return activation_bytes(wide_precision(d_.weights)); }
    double gemm(double m, double n, double k) const { return gemm_seconds(d_.gpu, d_.weights, m, n, k); }

    const Deployment& d_;
    const LlmSpec& llm_;
    double gpus_;
    double hidden_;
    double feed_;
    AttentionShape shape_;
};

/// Six things beside products and attention take a layer's time: two norms, the rotary embedding, the cache's
/// write, the activation and the launches of the all-reduces; quantising is in the tables of products. Fusion
/// takes the norms into the all-reduces. A count, not a measurement.
double launched_share(const Deployment& deployment) {
    constexpr double kSmallKernels = 6;
    constexpr double kNorms = 2;
    return deployment.fused && deployment.gpus > 1 ? 1 - kNorms / kSmallKernels : 1;
}

double quantised_scale(const KernelTables& tables, const EngineOverheads& overheads) {
    switch (tables.weights) {
        case Precision::kFp8:
            return overheads.fp8_scale;
        case Precision::kNvfp4:
            return overheads.nvfp4_scale;
        case Precision::kBf16:
        case Precision::kInt4:
        case Precision::kInt8:
        case Precision::kFp32:
            return 1;
    }
    return 1;
}

/// Everything in the layers but attention, by the number of tokens.
std::vector<Ticks> layer_ticks(const KernelTables& tables, const EngineOverheads& overheads, double scale) {
    const double products = scale * quantised_scale(tables, overheads);
    const double small = tables.launched * overheads.layer;
    std::vector<Ticks> ticks(tables.products.size());
    for (std::size_t n = 0; n < ticks.size(); ++n) {
        const double layer = products * tables.products[n] + scale * tables.touched[n] + small +
                             overheads.all_reduce_scale * tables.reduced[n];
        ticks[n] = ticks_from_seconds(tables.layers * layer);
    }
    return ticks;
}

std::vector<KvLine> line_ticks(const std::vector<DecodeLine>& lines, double scale) {
    std::vector<KvLine> ticks;
    ticks.reserve(lines.size());
    for (const DecodeLine& line : lines) {
        ticks.push_back({ticks_from_seconds(scale * line.base_seconds),
                         static_cast<std::int64_t>(ticks_from_seconds(scale * line.seconds_per_kv_token))});
    }
    return ticks;
}

}  // namespace

KernelTables kernel_tables(const Deployment& deployment, const EngineRules& rules) {
    const Kernels kernels(deployment);
    KernelTables tables;
    tables.layers = static_cast<double>(deployment.llm.layers);
    tables.vocabulary = static_cast<double>(deployment.llm.vocab);
    tables.parallel = deployment.gpus > 1;
    tables.weights = deployment.weights;
    tables.launched = launched_share(deployment);
    const std::uint32_t most = rules.max_batched_tokens;
    tables.products = tabulate(most, [&](std::uint32_t n) { return kernels.products(n); });
    tables.touched = tabulate(most, [&](std::uint32_t n) { return kernels.touched(n); });
    tables.reduced = tabulate(most, [&](std::uint32_t n) { return kernels.reduced(n); });
    tables.output = tabulate(rules.max_sequences, [&](std::uint32_t n) { return kernels.output(n); });
    tables.decode.resize(std::size_t{rules.max_sequences} + 1);
    for (std::uint32_t batch = 1; batch <= rules.max_sequences; ++batch)
        tables.decode[batch] = kernels.decode(batch);
    // The launch is paid once an iteration, whatever the number of prompts.
    tables.prompt_launch = kernels.context(1);
    for (std::uint32_t cell = 0; cell <= rules.max_context / StepTime::kContextStep + 1; ++cell) {
        const double alone = kernels.context(static_cast<double>(cell) * StepTime::kContextStep);
        tables.context.push_back(cell == 0 ? 0 : std::max(0.0, alone - tables.prompt_launch));
    }
    return tables;
}

StepTime step_time(const KernelTables& kernels, const EngineOverheads& overheads) {
    StepTables tables;
    const double scale = overheads.gemm_scale;
    tables.tokens = layer_ticks(kernels, overheads, scale);
    tables.prompt_tokens = layer_ticks(kernels, overheads, scale * overheads.prefill_scale);
    for (const double output : kernels.output) tables.head.push_back(ticks_from_seconds(scale * output));
    for (const std::vector<DecodeLine>& lines : kernels.decode)
        tables.attention.push_back(line_ticks(lines, kernels.layers * overheads.decode_scale));
    const double prompts = kernels.layers * scale * overheads.prefill_scale;
    for (const double seconds : kernels.context)
        tables.prefill_context.push_back(ticks_from_seconds(prompts * seconds));
    tables.host_prefill = ticks_from_seconds(overheads.host_layer * kernels.layers);
    tables.serial_step = ticks_from_seconds(overheads.step + overheads.sampling_step +
                                            (kernels.parallel ? overheads.parallel_step : 0));
    tables.serial_sequence =
        ticks_from_seconds(overheads.sequence + overheads.vocabulary_entry * kernels.vocabulary);
    tables.serial_token = ticks_from_seconds(overheads.prompt_token);
    tables.serial_prompt_step = ticks_from_seconds(prompts * kernels.prompt_launch);
    return StepTime(std::move(tables));
}

StepTime kernel_step_time(const Deployment& deployment, const EngineOverheads& overheads,
                          const EngineRules& rules) {
    return step_time(kernel_tables(deployment, rules), overheads);
}

}  // namespace spillway
