#pragma once

#include <string>

#include "app/calibrate/number_table.hpp"

namespace spillway {

/// How the GPUs of a served run share its model.
struct GpuLayout {
    int gpus = 1;
    std::string name;  ///< of a mixture of experts: "tp4 dp2 moe-tp1 ep8"; empty for a dense model
};

/// By `tp` alone. Throws InputError for a row that shares its GPUs in another way too.
GpuLayout dense_layout(const NumberTable& table);

/// The experts lie on moe_tp x moe_ep GPUs, attention on tp x attn_dp: the same ones. Where nothing is said
/// of the experts, on tp; where nothing is said of attn_dp, on what the experts leave. Throws InputError for
/// a row that contradicts itself.
GpuLayout mixture_layout(const NumberTable& table);

}  // namespace spillway
