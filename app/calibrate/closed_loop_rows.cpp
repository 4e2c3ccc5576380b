// Closed-loop runs from the published silicon rows.
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "app/calibrate/number_table.hpp"
#include "app/calibrate/published_names.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// Dense models are predicted from kernels, so that a GPU of theirs has tables of them.
std::optional<std::string> gpu_of(const NumberTable& table, bool mixture) {
    const auto gpu = find_published_gpu(table.word("system"));
    if (!gpu)
        return std::nullopt;
    const bool tabulated = find_gpu_profile(*gpu, table.where()).kind != ProfileKind::kDataSheet;
    return mixture || tabulated ? std::optional<std::string>(*gpu) : std::nullopt;
}

Precision weights_of(const NumberTable& table) {
    const std::string_view word = table.word("gemm_quant");
    if (word.empty())
        return Precision::kBf16;
    const std::string_view plain = word == "fp8_block" ? "fp8" : word == "int4_wo" ? "int4" : word;
    if (const auto precision = parse_precision(std::string(plain)))
        return *precision;
    throw InputError(table.where(), fmt::format("gemm_quant \"{}\" is unknown", word));
}

/// The engine as the catalogue names it: versions that behaved alike share an entry.
std::string version_of(const ServedRun& run, std::string_view version) {
    if (run.engine == "sglang")
        return version.substr(0, 5) == "0.5.6" ? "sglang-0.5.6" : "sglang-0.5.1";
    if (run.engine == "trtllm")
        return version == "1.0.0rc3" ? "trtllm-1.0rc3" : "trtllm-2025-10";
    return run.source == ServedSource::kInferenceMax || version.empty() ? "vllm-2025-10" : "vllm-0.12";
}

/// A size of the layout; where it is not written, 1.
int width(const NumberTable& table, std::string_view column) {
    const double value = table.time(column);
    return value >= 1 && value <= 1024 ? static_cast<int>(value) : 1;
}

std::string layout_of(const NumberTable& table) {
    const int tensor = width(table, "tp");
    const int data = width(table, "attn_dp");
    const int experts_split = width(table, "moe_tp");
    const int experts_apart = width(table, "moe_ep");
    std::string layout = fmt::format("tp{}", tensor);
    if (data > 1)
        layout += fmt::format(" dp{}", data);
    if (experts_split != tensor || experts_apart > 1)
        layout += fmt::format(" moe-tp{} ep{}", experts_split, experts_apart);
    return layout;
}

/// The published concurrency, where it does not cover several replicas.
std::uint32_t clients_of(const NumberTable& table, const ServedRun& run) {
    const bool replicas = run.gpu == "B200" && run.llm == "Qwen3-32B";
    return table.count(table.word("concurrency").empty() || replicas ? "batch_size" : "concurrency");
}

/// Named before any fit: measured TTFT and TPOT that no fixed prompt of that length gives.
bool is_apart(const ServedRun& run, std::string_view quantised) {
    const bool small = run.llm == "Llama-3.1-8B" && run.gpu == "H200";
    return small || (run.llm == "Qwen3-32B" && run.engine == "vllm" && quantised == "fp8");
}

/// More clients than this are those of several replicas.
constexpr double kMostClients = 2048;

bool clients_known(const NumberTable& table) { return table.time("concurrency") <= kMostClients; }

ServedRun read_run(const NumberTable& table, std::string gpu, bool mixture) {
    ServedRun run;
    run.mixture = mixture;
    run.where = table.where();
    run.curve = table.word("curve_id");
    const LlmSpec& llm = published_llm(table.word("model"), table.where());
    run.llm = llm.name;
    run.gpu = std::move(gpu);
    run.engine = table.word("backend");
    run.source = table.word("source").find("gap-analysis") == std::string_view::npos
                     ? ServedSource::kInferenceMax
                     : ServedSource::kGapAnalysis;
    run.version = mixture ? run.engine : version_of(run, table.word("backend_version"));
    run.weights = weights_of(table);
    // vLLM samples as the model's own settings say unless it is told to be greedy, as InferenceMAX does.
    run.samples = run.engine == "vllm" && run.source == ServedSource::kGapAnalysis && llm.samples;
    run.gpus =
        mixture ? width(table, "moe_tp") * width(table, "moe_ep") : static_cast<int>(table.count("tp"));
    if (mixture)
        run.layout = layout_of(table);
    run.input = table.count("isl");
    run.output = table.count("osl");
    run.clients = clients_of(table, run);
    run.ttft = table.measured("ttft_ms") / 1e3;
    run.tpot = table.measured("tpot_ms") / 1e3;
    run.apart = is_apart(run, table.word("gemm_quant"));
    return run;
}

}  // namespace

std::vector<ServedRun> read_closed_loop_rows(const std::filesystem::path& file) {
    NumberTable table(
        file,
        {"isl", "osl", "concurrency", "batch_size", "tp", "attn_dp", "moe_tp", "moe_ep", "ttft_ms", "tpot_ms",
         "dense"},
        {"curve_id", "model", "system", "backend", "backend_version", "gemm_quant", "mode", "source"});
    std::vector<ServedRun> runs;
    while (table.next()) {
        const bool mixture = table.number("dense") != 1;
        std::optional<std::string> gpu = gpu_of(table, mixture);
        if (table.word("mode") != "agg" || !gpu || (mixture && !clients_known(table)))
            continue;
        runs.push_back(read_run(table, std::move(*gpu), mixture));
    }
    if (runs.empty())
        throw InputError(file.string(), "has no run of vLLM, TensorRT-LLM or SGLang on a GPU that is known");
    return runs;
}

}  // namespace spillway
