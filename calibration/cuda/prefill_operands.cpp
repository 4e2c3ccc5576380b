#include "calibration/cuda/prefill_operands.hpp"

#include "calibration/cuda/attention_check.hpp"

namespace spillway::cuda {
namespace {

std::size_t query_values(const ProbePoint& point) {
    return point.size("batch") * point.size("heads") * point.size("new") * point.size("head_dim");
}

std::size_t cache_values(const ProbePoint& point) {
    return point.size("batch") * point.size("kv_heads") * (point.size("prefix") + point.size("new")) *
           point.size("head_dim");
}

}  // namespace

PrefillOperands::PrefillOperands(const Device& device, const ProbePoint& point)
    : head_dim_(static_cast<int>(point.number("head_dim"))),
      batch_(static_cast<int>(point.number("batch"))),
      query_(random_bf16_buffer(query_values(point), kQuerySeed, device.stream().get())),
      keys_(random_bf16_buffer(cache_values(point), kKeySeed, device.stream().get())),
      values_(random_bf16_buffer(cache_values(point), kValueSeed, device.stream().get())),
      output_(query_values(point) * sizeof(Bf16)) {
    arguments_.query = query_.values<Bf16>();
    arguments_.keys = keys_.values<Bf16>();
    arguments_.values = values_.values<Bf16>();
    arguments_.output = output_.values<Bf16>();
    arguments_.heads = static_cast<int>(point.number("heads"));
    arguments_.kv_heads = static_cast<int>(point.number("kv_heads"));
    arguments_.prefix_tokens = static_cast<int>(point.number("prefix"));
    arguments_.new_tokens = static_cast<int>(point.number("new"));
}

void PrefillOperands::check_output() const {
    const PrefillArguments& a = arguments_;
    const std::int64_t rows = std::int64_t{batch_} * a.heads * a.new_tokens;
    for (const std::int64_t row : {std::int64_t{0}, rows / 3, 2 * rows / 3, rows - 1}) {
        const std::int64_t head = row / a.new_tokens;
        const std::int64_t cache = head / a.heads * a.kv_heads + head % a.heads / (a.heads / a.kv_heads);
        const int seen = a.prefix_tokens + static_cast<int>(row % a.new_tokens) + 1;
        check_attention_row(
            {row, static_cast<std::uint64_t>(cache), a.prefix_tokens + a.new_tokens, seen, head_dim_},
            output_);
    }
}

}  // namespace spillway::cuda
