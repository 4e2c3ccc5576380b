// Open-loop runs of vLLM 0.15, from a public campaign.
#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "app/calibrate/number_table.hpp"
#include "app/calibrate/published_names.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kWholeRun = -1;

/// As the catalogue has it; the campaign's A100s by other names are those of 80 GB.
std::string gpu_of(const NumberTable& table) {
    const std::string_view hardware = table.word("hardware");
    const std::vector<std::string_view> known = gpu_profile_names();
    const bool own = std::find(known.begin(), known.end(), hardware) != known.end();
    return std::string(!own && hardware.substr(0, 4) == "A100" ? "A100-80GB" : hardware);
}

Precision weights_of(const NumberTable& table) {
    const std::string_view word = table.word("precision");
    if (word == "FP16" || word == "BF16" || word.empty())
        return Precision::kBf16;
    if (word == "FP8")
        return Precision::kFp8;
    throw InputError(table.where(), fmt::format("precision \"{}\" is unknown", word));
}

/// The prompt's length as it was tokenised again, or the nominal one where that was not done.
std::uint32_t input_of(const NumberTable& table) {
    const double tokens = table.time("isl_measured_mean");
    return std::isfinite(tokens) && tokens >= 1 ? static_cast<std::uint32_t>(std::lround(tokens))
                                                : table.count("isl_nominal");
}

OpenStage stage_of(const NumberTable& table) {
    OpenStage stage;
    stage.requests = table.count("n_requests");
    stage.seconds = table.measured("duration_s");
    stage.groups = table.count("prompt_pool_groups");
    stage.prompts = stage.groups * table.count("prompt_pool_per_group");
    stage.group_tokens = table.count("system_prompt_len");
    stage.primed = table.number("stage") > 0;
    stage.max_sequences = table.count("max_num_seqs");
    stage.max_batched_tokens = table.count("max_num_batched_tokens");
    stage.max_context = table.count("max_model_len");
    stage.kv_blocks = table.count("kv_gpu_blocks");
    return stage;
}

ServedRun read_run(const NumberTable& table) {
    ServedRun run;
    const LlmSpec& llm = published_llm(table.word("model"), table.where());
    run.where = table.where();
    run.curve = fmt::format("open {}", table.word("exp_id"));
    run.llm = llm.name;
    run.gpu = gpu_of(table);
    run.engine = "vllm";
    run.version = "vllm-0.15";
    run.source = ServedSource::kOpenLoop;
    run.weights = weights_of(table);
    run.gpus = static_cast<int>(table.count("tp"));
    run.input = input_of(table);
    run.output = table.count("osl");
    run.open = stage_of(table);
    run.samples = llm.samples;
    run.ttft = table.measured("ttft_mean_ms") / 1e3;
    run.tpot = table.measured("itl_corrected_mean_ms") / 1e3;
    return run;
}

}  // namespace

std::vector<ServedRun> read_open_loop_rows(const std::filesystem::path& file) {
    NumberTable table(
        file,
        {"stage", "tp", "duration_s", "n_requests", "isl_nominal", "isl_measured_mean", "system_prompt_len",
         "osl", "prompt_pool_groups", "prompt_pool_per_group", "max_num_batched_tokens", "max_num_seqs",
         "max_model_len", "kv_gpu_blocks", "ttft_mean_ms", "itl_corrected_mean_ms"},
        {"exp_id", "model", "hardware", "precision"});
    std::vector<ServedRun> runs;
    while (table.next()) {
        if (table.number("stage") != kWholeRun)
            runs.push_back(read_run(table));
    }
    if (runs.empty())
        throw InputError(file.string(), "has no stage of an open-loop run");
    return runs;
}

}  // namespace spillway
