// Closed-loop runs from the published silicon rows.
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "app/calibrate/number_table.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/llm/llm_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kInferenceMaxFile = "2026-04-06.csv";

struct Name {
    std::string_view published;
    std::string_view own;
};
constexpr std::array kGpus{Name{"h100_sxm", "H100"}, Name{"h200_sxm", "H200"}, Name{"b200_sxm", "B200"}};

std::optional<std::string> gpu_name(std::string_view system) {
    for (const Name& name : kGpus) {
        if (name.published == system)
            return std::string(name.own);
    }
    return std::nullopt;
}

const LlmSpec& llm_of(const NumberTable& table) {
    const std::string_view model = table.word("model");
    for (const std::string_view dense : {"Llama-3.1-70B", "Llama-3.1-8B", "Qwen3-32B"}) {
        if (model.find(dense) != std::string_view::npos)
            return find_llm(dense, table.where());
    }
    return find_llm(model, table.where());
}

Precision weights_of(const NumberTable& table) {
    const std::string_view word = table.word("gemm_quant");
    if (word.empty())
        return Precision::kBf16;
    if (const auto precision = parse_precision(std::string(word == "fp8_block" ? "fp8" : word)))
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

ServedRun read_run(const NumberTable& table, std::string gpu) {
    ServedRun run;
    run.where = table.where();
    run.curve = table.word("curve_id");
    const LlmSpec& llm = llm_of(table);
    run.llm = llm.name;
    run.gpu = std::move(gpu);
    run.engine = table.word("backend");
    run.source =
        table.word("source") == kInferenceMaxFile ? ServedSource::kInferenceMax : ServedSource::kGapAnalysis;
    run.version = version_of(run, table.word("backend_version"));
    run.weights = weights_of(table);
    // vLLM samples as the model's own settings say unless it is told to be greedy, as InferenceMAX does.
    run.samples = run.engine == "vllm" && run.source == ServedSource::kGapAnalysis && llm.samples;
    run.gpus = static_cast<int>(table.count("tp"));
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
        file, {"isl", "osl", "concurrency", "batch_size", "tp", "ttft_ms", "tpot_ms", "dense"},
        {"curve_id", "model", "system", "backend", "backend_version", "gemm_quant", "mode", "source"});
    std::vector<ServedRun> runs;
    while (table.next()) {
        if (table.number("dense") != 1 || table.word("mode") != "agg")
            continue;
        std::optional<std::string> gpu = gpu_name(table.word("system"));
        if (gpu)
            runs.push_back(read_run(table, std::move(*gpu)));
    }
    if (runs.empty())
        throw InputError(file.string(), "has no dense run of one node on H100, H200 or B200");
    return runs;
}

}  // namespace spillway
