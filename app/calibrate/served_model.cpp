#include "app/calibrate/served_model.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/batch_engine.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// Both generators send ten requests a client, all clients at once to begin with. Of very many clients fewer
/// rounds are simulated.
constexpr std::uint32_t kRequestsPerClient = 10;
constexpr std::uint32_t kManyClients = 256;
constexpr std::uint32_t kRoundsOfMany = 4;
/// InferenceMAX draws prompts and answers between this share of the nominal length and all of it.
constexpr double kShortestShare = 0.8;
/// Answers of the gap analysis end within so many tokens of the nominal length: with all of one length, the
/// clients would stay in lock-step for ever, as those of SGLang do.
constexpr std::uint32_t kAnswerJitter = 10;

/// What InferenceMAX's scripts for TensorRT-LLM add to prompt and clients for max_num_tokens.
constexpr std::uint32_t kTokensBeside = 64;

std::uint32_t share_of(std::uint32_t length, double share) {
    return std::max(2U, static_cast<std::uint32_t>(std::lround(length * share)));
}

OpenLoop open_loop_of(const ServedRun& run, const OpenStage& stage) {
    OpenLoop loop;
    loop.requests = stage.requests;
    loop.seconds = stage.seconds;
    loop.input = run.input;
    loop.output = run.output;
    loop.prompts = stage.prompts;
    loop.groups = stage.groups;
    loop.group_tokens = stage.group_tokens;
    loop.primed = stage.primed;
    return loop;
}

std::variant<ClosedLoop, OpenLoop> load_of(const ServedRun& run) {
    if (run.open)
        return open_loop_of(run, *run.open);
    return closed_loop_of(run);
}

/// vLLM kept keys and values in 16 bits on H100, with fp8 weights too: its KV memory filled up when that
/// says.
Precision cache_of(const ServedRun& run) {
    const bool wide = run.weights == Precision::kBf16 || (run.engine == "vllm" && run.gpu == "H100");
    return wide ? Precision::kBf16 : Precision::kFp8;
}

EngineRules open_loop_rules(const OpenStage& stage, const OpenLoop& loop, EngineRules rules) {
    rules.max_sequences = stage.max_sequences;
    rules.max_batched_tokens = stage.max_batched_tokens;
    rules.max_context = stage.max_context;
    rules.kv_blocks = stage.kv_blocks;
    rules.prefix_cache = true;
    rules.prefix_unit = loop.prefix_unit;
    return rules;
}

/// Something that holds so many tokens of one request.
struct Room {
    std::string what;
    std::uint64_t tokens = 0;
    const char* hint;
};

/// The requests of a run that was served fit everything: the program is told something wrong otherwise.
void check_served(const ServedRun& run, const Deployment& deployment, const EngineRules& rules) {
    std::vector<Room> rooms{{"the context of " + run.llm,
                             static_cast<std::uint64_t>(deployment.llm.max_context),
                             "prompt and answer in tokens of one request"}};
    if (run.open)
        rooms.push_back({"max_model_len", run.open->max_context, "vLLM refuses such requests"});
    rooms.push_back({"the KV memory", rules.kv_blocks * rules.block_tokens,
                     run.open ? "kv_gpu_blocks are blocks of 16 tokens"
                              : "more GPUs or weights of fewer bits leave more memory"});
    const std::uint64_t needed = std::uint64_t{run.input} + run.output;
    for (const Room& room : rooms) {
        if (needed > room.tokens) {
            throw InputError(
                run.where,
                fmt::format("a prompt of {} and an answer of {} tokens do not fit {}, {} tokens: "
                            "by {} too many",
                            run.input, run.output, room.what, room.tokens, needed - room.tokens),
                room.hint);
        }
    }
}

/// The engine's rules as these runs set them.
EngineRules rules_of(const ServedRun& run, const std::variant<ClosedLoop, OpenLoop>& load,
                     const Deployment& deployment) {
    const EngineProfile& engine = engine_of(run.engine, run.version, run.where);
    const auto* open = std::get_if<OpenLoop>(&load);
    const EngineRules usual = rules_on(engine, deployment.gpu);
    EngineRules rules = open != nullptr ? open_loop_rules(*run.open, *open, usual)
                                        : closed_loop_rules(run, std::get<ClosedLoop>(load), usual);
    fit_memory(deployment, engine.memory_share, rules, run.where);
    if (!has_attention(deployment.gpu, deployment.cache)) {
        throw InputError(run.where,
                         fmt::format("no attention of {} with a cache in {} was measured", run.gpu,
                                     precision_name(deployment.cache)),
                         "runs in another precision");
    }
    check_served(run, deployment, rules);
    return rules;
}

/// Answers that end late do not pass the limit.
void cut_to(ClosedLoop& loop, const EngineRules& rules) {
    loop.output.most = std::min(loop.output.most, rules.max_context - loop.input.most);
    loop.output.least = std::min(loop.output.least, loop.output.most);
}

Deployment deployment_of(const ServedRun& run) {
    return {find_llm(run.llm, run.where),
            find_gpu_profile(run.gpu, run.where),
            run.gpus,
            run.weights,
            cache_of(run),
            fuses_on(engine_of(run.engine, run.version, run.where), run.gpu)};
}

}  // namespace

ClosedLoop closed_loop_of(const ServedRun& run) {
    const std::uint32_t rounds = run.clients > kManyClients ? kRoundsOfMany : kRequestsPerClient;
    ClosedLoop loop{run.clients, rounds * run.clients, {run.input, run.input}, {run.output, run.output}};
    if (run.source == ServedSource::kInferenceMax) {
        loop.input.least = share_of(run.input, kShortestShare);
        loop.output.least = share_of(run.output, kShortestShare);
    } else if (run.engine != "sglang") {
        loop.output = {std::max(run.output, kAnswerJitter + 2) - kAnswerJitter, run.output + kAnswerJitter};
    }
    return loop;
}

EngineRules closed_loop_rules(const ServedRun& run, const ClosedLoop& loop, EngineRules rules) {
    // Fewer are ever under way: the engines' own limits, 1,024 and more, bind nowhere.
    rules.max_sequences = run.clients + 1;
    // A whole prompt must find room beside all decodes: InferenceMAX's scripts set the limit so.
    if (rules.prefill == PrefillMode::kMixedPrompts)
        rules.max_batched_tokens =
            std::max(rules.max_batched_tokens, loop.input.most + run.clients + kTokensBeside);
    // TTFT of the Llama-8B runs is longer by answer x TPOT / (clients - 1) exactly: one slot too few.
    if (run.version == "trtllm-1.0rc3" && run.llm == "Llama-3.1-8B")
        rules.max_sequences = std::max(1U, run.clients - 1);
    // TensorRT-LLM's batch waiting was on in InferenceMAX's runs of this shape alone.
    if (run.engine == "trtllm" && run.source == ServedSource::kInferenceMax && run.input == 1024 &&
        run.output == 1024 && run.gpus <= 4) {
        rules.wait_iterations = 20;
        rules.wait_share = 0.9;
    }
    rules.max_context = loop.input.most + loop.output.most + 2;
    return rules;
}

ServedModel::ServedModel(const ServedRun& run)
    : load_(load_of(run)),
      rules_(rules_of(run, load_, deployment_of(run))),
      kernels_(kernel_tables(deployment_of(run), rules_)) {
    if (auto* loop = std::get_if<ClosedLoop>(&load_))
        cut_to(*loop, rules_);
}

ServedFigures ServedModel::predict(const EngineOverheads& overheads) const {
    EngineSetup setup{rules_, step_time(kernels_, overheads), {}};
    setup.rules.request_overhead = from_seconds(overheads.request);
    setup.rules.front_time = from_seconds(overheads.front);
    BatchEngine engine(setup, nullptr);
    const auto* open = std::get_if<OpenLoop>(&load_);
    return open != nullptr ? run_open_loop(engine, *open)
                           : run_closed_loop(engine, std::get<ClosedLoop>(load_));
}

}  // namespace spillway
