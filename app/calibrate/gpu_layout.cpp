#include "app/calibrate/gpu_layout.hpp"

#include <cmath>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kMostGpus = 1024;

/// Of GPUs; none where it is not written. Published tables write 0 for what does not apply.
std::optional<int> width(const NumberTable& table, std::string_view column) {
    const auto value = table.optional_number(column);
    if (!value || *value == 0)
        return std::nullopt;
    if (!(*value >= 1 && *value <= kMostGpus) || *value != std::floor(*value))
        table.refuse(column, "no number of GPUs", "a whole number from 1 to 1024");
    return static_cast<int>(*value);
}

int tensor_width(const NumberTable& table) {
    const auto tensor = width(table, "tp");
    if (!tensor)
        table.refuse("tp", "must be above 0", "GPUs that share each matrix");
    return *tensor;
}

}  // namespace

GpuLayout dense_layout(const NumberTable& table) {
    for (const char* column : {"attn_dp", "moe_ep"}) {
        if (width(table, column).value_or(1) != 1)
            table.refuse(column, "the GPUs of a dense model share it by tp alone",
                         "empty, and the clients of one replica");
    }
    const int tensor = tensor_width(table);
    if (const int experts = width(table, "moe_tp").value_or(1); experts != 1 && experts != tensor)
        table.refuse("moe_tp", fmt::format("contradicts tp {}", tensor), "empty for a dense model");
    return {tensor, {}};
}

GpuLayout mixture_layout(const NumberTable& table) {
    const int tensor = tensor_width(table);
    const auto data = width(table, "attn_dp");
    const auto split = width(table, "moe_tp");
    const auto apart = width(table, "moe_ep");
    const bool said = split || apart;
    if (!said && data.value_or(1) > 1)
        table.refuse("attn_dp", "needs moe_tp and moe_ep beside it", "how the same GPUs share the experts");
    const int gpus = said ? split.value_or(1) * apart.value_or(1) : tensor;
    if (data ? tensor * *data != gpus : gpus % tensor != 0) {
        throw InputError(table.where(),
                         fmt::format("attention on {} GPUs (tp {} x attn_dp {}) contradicts experts on {} "
                                     "(moe_tp {} x moe_ep {})",
                                     tensor * data.value_or(1), tensor, data.value_or(1), gpus,
                                     split.value_or(1), apart.value_or(1)),
                         "both lie on the same GPUs: tp x attn_dp = moe_tp x moe_ep");
    }
    std::string name = fmt::format("tp{}", tensor);
    if (data.value_or(1) > 1)
        name += fmt::format(" dp{}", *data);
    if (said && (split.value_or(1) != tensor || apart.value_or(1) > 1))
        name += fmt::format(" moe-tp{} ep{}", split.value_or(1), apart.value_or(1));
    return {gpus, std::move(name)};
}

}  // namespace spillway
