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
constexpr double kLongestStage = 1e7;  // seconds: a third of a year
constexpr double kMostRequests = 1e6;  // of a stage
constexpr double kMostPrompts = 1e6;   // in the pool
constexpr std::uint32_t kMostBatched = 262144;
constexpr std::uint32_t kMostSequences = 8192;
constexpr double kRateTolerance = 0.1;  // of the number of requests, which is drawn in some generators

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
    table.refuse("precision", "unknown", "FP16, BF16 or empty for 16 bits, or FP8");
}

/// The prompt's length as it was tokenised again, or the nominal one where that was not done.
std::uint32_t input_of(const NumberTable& table) {
    const std::uint32_t nominal = table.count("isl_nominal");
    const auto tokens = table.optional_number("isl_measured_mean");
    if (!tokens)
        return nominal;
    if (*tokens < 1 || *tokens > 1e8)
        table.refuse("isl_measured_mean", "no length of a prompt", "tokens; empty where it was not measured");
    return static_cast<std::uint32_t>(std::lround(*tokens));
}

/// The rate is that of the requests in the time: which of them is wrong cannot be told.
void check_rate(const NumberTable& table, const OpenStage& stage) {
    const double expected = table.measured("rate_rps") * stage.seconds;
    if (std::abs(stage.requests - expected) > std::max(1.0, kRateTolerance * expected)) {
        table.refuse("rate_rps",
                     fmt::format("in {} s those would be {:.0f} requests, but n_requests is {}",
                                 stage.seconds, expected, stage.requests),
                     "requests a second that came, not those that were meant to");
    }
}

/// vLLM does not start otherwise, and no GPU computes more at once.
void check_limits(const NumberTable& table, const OpenStage& stage) {
    if (stage.max_batched_tokens > kMostBatched)
        table.refuse("max_num_batched_tokens", "more than any GPU computes at once, 262,144", "tokens");
    if (stage.max_sequences > kMostSequences)
        table.refuse("max_num_seqs", "more than one engine runs at once, 8,192", "sequences");
    if (stage.max_sequences > stage.max_batched_tokens) {
        table.refuse("max_num_seqs",
                     fmt::format("above max_num_batched_tokens, {}", stage.max_batched_tokens),
                     "each sequence gets a token an iteration, so that vLLM refuses this too");
    }
}

OpenStage stage_of(const NumberTable& table) {
    OpenStage stage;
    stage.requests = table.count("n_requests");
    if (stage.requests > kMostRequests)
        table.refuse("n_requests", "more than are simulated of one stage, 1,000,000", "a part of the stage");
    stage.seconds = table.measured("duration_s");
    if (stage.seconds > kLongestStage)
        table.refuse("duration_s", "longer than a stage may be, 10,000,000 s", "seconds");
    check_rate(table, stage);
    stage.groups = table.count("prompt_pool_groups");
    const double prompts = 1.0 * stage.groups * table.count("prompt_pool_per_group");
    if (prompts > kMostPrompts)
        table.refuse("prompt_pool_per_group", "more than 1,000,000 prompts in all groups",
                     "distinct prompts of a group");
    stage.prompts = static_cast<std::uint32_t>(prompts);
    stage.group_tokens = table.count_or_zero("system_prompt_len");
    stage.primed = table.number("stage") > 0;
    stage.max_sequences = table.count("max_num_seqs");
    stage.max_batched_tokens = table.count("max_num_batched_tokens");
    stage.max_context = table.count("max_model_len");
    stage.kv_blocks = table.count("kv_gpu_blocks");
    check_limits(table, stage);
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
    if (run.output < 2)
        table.refuse("osl", "an answer of one token has no time per output token", "2 or more");
    run.open = stage_of(table);
    if (run.open->group_tokens > run.input) {
        table.refuse("system_prompt_len", fmt::format("longer than the prompt of {} tokens", run.input),
                     "tokens with which the prompts of a group begin, part of isl_nominal");
    }
    run.samples = llm.samples;
    run.ttft = table.served_seconds("ttft_mean_ms");
    run.tpot = table.served_seconds("itl_corrected_mean_ms");
    return run;
}

}  // namespace

ServedRows read_open_loop_rows(const std::filesystem::path& file) {
    NumberTable table(
        file,
        {"stage", "tp", "duration_s", "n_requests", "isl_nominal", "isl_measured_mean", "system_prompt_len",
         "osl", "prompt_pool_groups", "prompt_pool_per_group", "max_num_batched_tokens", "max_num_seqs",
         "max_model_len", "kv_gpu_blocks", "ttft_mean_ms", "itl_corrected_mean_ms"},
        {"exp_id", "model", "hardware", "precision", "rate_rps"});
    ServedRows rows;
    while (table.next()) {
        const double stage = table.number("stage");
        if (stage == kWholeRun) {
            rows.passed_over.add(
                {table.where(), "stage -1 is a whole run, whose stages are runs of their own"});
            continue;
        }
        if (stage < 0 || stage != std::floor(stage))
            table.refuse("stage", "no stage", "0, 1, 2 ...; -1 for a whole run, which is passed over");
        rows.runs.push_back(read_run(table));
    }
    if (rows.runs.empty())
        throw InputError(file.string(), "has no stage of an open-loop run",
                         "a run without stages is written as its stage 0");
    return rows;
}

}  // namespace spillway
