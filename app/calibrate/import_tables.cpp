#include "app/calibrate/import_tables.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "app/calibrate/number_table.hpp"
#include "app/calibrate/operation_bytes.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// How the tables name a GPU of the catalogue, and what software they measured on it.
struct TableGpu {
    std::string_view name;
    std::string_view system;
    std::string_view vllm;
    std::string_view operations;  ///< in vidur_mlp.csv; empty: not measured
};

constexpr std::array kTableGpus{
    TableGpu{"A100-80GB", "a100_sxm", "0.14.0", "a100"},
    TableGpu{"H100", "h100_sxm", "0.24.0", "h100"},
    TableGpu{"H200", "h200_sxm", "0.24.0", ""},
    TableGpu{"B200", "b200_sxm", "0.24.0", ""},
    TableGpu{"L40S", "l40s", "0.24.0", ""},
    TableGpu{"RTX-PRO-6000", "rtx_pro_6000_server", "0.24.0", ""},
};

/// A precision as the tables write it.
struct TablePrecision {
    std::string_view written;
    const char* name;
    double weight_copies;  ///< that the collector went through in turn
};
// fp8_block is left out: it was measured without a CUDA graph, so the host's launch hides the kernel.
constexpr std::array kPrecisions{TablePrecision{"bfloat16", "bf16", 6}, TablePrecision{"fp8", "fp8", 6},
                                 TablePrecision{"nvfp4", "nvfp4", 1}};

constexpr double kMilli = 1e-3;
constexpr double kHeadDim = 128;  // the tables hold no other

const TableGpu& table_gpu(std::string_view gpu) {
    for (const TableGpu& candidate : kTableGpus) {
        if (candidate.name == gpu)
            return candidate;
    }
    throw unknown_name("--gpu", "GPU with tables", gpu, table_gpus());
}

std::string precision_of(const NumberTable& table, std::string_view column) {
    const std::string_view written = table.word(column);
    for (const TablePrecision& precision : kPrecisions) {
        if (precision.written == written)
            return precision.name;
    }
    throw InputError(table.where(), fmt::format("\"{}\" is no precision of these tables", written));
}

/// NaN where there is none.
double kernel_seconds(const NumberTable& table) {
    constexpr double kLongest = 1e3;
    const double seconds = table.time("latency_ms") * kMilli;
    if (seconds > kLongest)
        table.refuse("latency_ms", "longer than any kernel takes, 1,000 s", "milliseconds");
    return seconds > 0 ? seconds : std::numeric_limits<double>::quiet_NaN();
}

void import_gemm(const std::filesystem::path& folder, const TableGpu& gpu, std::vector<Sample>& samples) {
    for (const TablePrecision& precision : kPrecisions) {
        const auto file = folder / fmt::format("gemm_{}_{}.csv", gpu.system, precision.written);
        if (precision.written != "bfloat16" && !std::filesystem::exists(file))
            continue;  // not every GPU has it
        NumberTable table(file, {"m", "n", "k", "latency_ms"}, {});
        while (table.next()) {
            samples.push_back({"gemm",
                               {{"dtype", precision.name}},
                               {{"m", 1.0 * table.count("m")},
                                {"n", 1.0 * table.count("n")},
                                {"k", 1.0 * table.count("k")},
                                {"copies", precision.weight_copies}},
                               kernel_seconds(table)});
        }
    }
}

void import_prefill(const std::filesystem::path& folder, const TableGpu& gpu, std::vector<Sample>& samples) {
    NumberTable table(folder / fmt::format("attn_context_{}.csv", gpu.system),
                      {"num_heads", "num_kv_heads", "batch", "isl", "prefix", "latency_ms"}, {"kv_dtype"});
    while (table.next()) {
        samples.push_back({"attn.prefill",
                           {{"kv_dtype", precision_of(table, "kv_dtype")}},
                           {{"heads", 1.0 * table.count("num_heads")},
                            {"kv_heads", 1.0 * table.count("num_kv_heads")},
                            {"head_dim", kHeadDim},
                            {"batch", 1.0 * table.count("batch")},
                            {"prefix", 1.0 * table.count_or_zero("prefix")},
                            {"new", 1.0 * table.count("isl")}},
                           kernel_seconds(table)});
    }
}

void import_decode(const std::filesystem::path& folder, const TableGpu& gpu, std::vector<Sample>& samples) {
    NumberTable table(folder / fmt::format("attn_generation_{}.csv", gpu.system),
                      {"num_heads", "num_kv_heads", "batch", "kv_len", "latency_ms"}, {"kv_dtype"});
    while (table.next()) {
        samples.push_back({"attn.decode",
                           {{"kv_dtype", precision_of(table, "kv_dtype")}},
                           {{"heads", 1.0 * table.count("num_heads")},
                            {"kv_heads", 1.0 * table.count("num_kv_heads")},
                            {"head_dim", kHeadDim},
                            {"batch", 1.0 * table.count("batch")},
                            {"context", 1.0 * table.count("kv_len")}},
                           kernel_seconds(table)});
    }
}

void import_all_reduce(const std::filesystem::path& folder, const TableGpu& gpu,
                       std::vector<Sample>& samples) {
    NumberTable table(folder / "allreduce_custom.csv", {"num_gpus", "bytes", "latency_ms"},
                      {"system", "impl"});
    while (table.next()) {
        if (table.word("system") != gpu.system || table.word("impl") != "vllm_graph")
            continue;
        samples.push_back({"all_reduce",
                           {{"impl", "vllm_graph"}},
                           {{"gpus", 1.0 * table.count("num_gpus")}, {"bytes", table.measured("bytes")}},
                           kernel_seconds(table)});
    }
}

}  // namespace

std::vector<std::string_view> table_gpus() {
    std::vector<std::string_view> names;
    names.reserve(std::size(kTableGpus));
    for (const TableGpu& gpu : kTableGpus) names.push_back(gpu.name);
    return names;
}

SampleFile import_tables(const std::filesystem::path& folder, std::string_view gpu_name) {
    const TableGpu& gpu = table_gpu(gpu_name);
    SampleFile file;
    file.gpu = gpu.name;
    file.backend = "table";
    file.environment = {{"software", fmt::format("vLLM {}", gpu.vllm)}, {"system", std::string(gpu.system)}};
    file.provenance = {{"repository", "ai-dynamo/aiconfigurator"},
                       {"commit", "095f58a51c4ca8e61b66ec108d86f223f8d559ce"},
                       {"path", fmt::format("aic-core/src/aiconfigurator_core/systems/data/{}", gpu.system)},
                       {"licence", "Apache-2.0"}};
    import_gemm(folder, gpu, file.samples);
    import_prefill(folder, gpu, file.samples);
    import_decode(folder, gpu, file.samples);
    import_all_reduce(folder, gpu, file.samples);
    if (!gpu.operations.empty()) {
        import_operations(folder / "vidur_mlp.csv", gpu.operations, file.samples);
        file.provenance.emplace_back("element-wise",
                                     "microsoft/vidur 7d47513363ec447a741ac5e47241580b47724fbf, MIT");
    }
    return file;
}

}  // namespace spillway
