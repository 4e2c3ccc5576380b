#include "models/llm/llm_service.hpp"

#include <utility>

#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/engine_profile.hpp"
#include "models/registry.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

ModelContext on(const std::string& gpu, int gpus) {
    ModelContext pool = context();
    pool.gpu = gpu;
    pool.gpus_per_worker = gpus;
    return pool;
}

/// Seconds from its arrival to its last token of a request alone on a worker.
double alone(const std::string& service, const ModelContext& pool, std::uint32_t input,
             std::uint32_t output) {
    const auto factory = make_service(config(service), pool);
    const auto engine = factory->make(nullptr);
    ServiceRequest request;
    request.input_tokens = input;
    request.output_tokens = request.max_tokens = output;
    engine->admit(request, SimTime{});
    std::vector<ServiceEnd> ended;
    while (const auto now = engine->next_change()) engine->advance(*now, ended);
    REQUIRE(ended.size() == 1);
    REQUIRE_FALSE(ended[0].rejected);
    return to_seconds(ended[0].last_token - SimTime{});
}

}  // namespace

TEST_CASE("a mixture of experts is served as its runs were measured", "[llm][llm_service]") {
    const std::string service =
        R"({"model": "llm", "llm": "gpt-oss-120b", "engine": "vllm", "precision": "nvfp4"})";
    const double few = alone(service, on("H200", 8), 1024, 200);
    // Alone, its tokens take milliseconds each.
    CHECK(few > 200 * 1e-3);
    CHECK(few < 200 * 20e-3);
    CHECK(alone(service, on("H200", 8), 8192, 200) > few);
    CHECK(alone(service, on("H200", 1), 1024, 200) > few);
    // What a cold start loads: 4.5 bits for each parameter.
    const auto factory = make_service(config(service), on("H200", 8));
    CHECK(factory->model_bytes() == static_cast<std::int64_t>(117e9 * 0.5625));
}

TEST_CASE("an engine of 2023 is slower than today's for the same model on the same GPUs",
          "[llm][llm_service]") {
    const double then = alone(R"({"model": "llm", "llm": "Llama-2-70B", "engine": "vllm-2023-eager"})",
                              on("H100", 4), 512, 128);
    const double now =
        alone(R"({"model": "llm", "llm": "Llama-2-70B", "engine": "vllm"})", on("H100", 4), 512, 128);
    CHECK(then > 1.3 * now);
}

TEST_CASE("what nobody measured is refused with what is known", "[llm][llm_service][errors]") {
    require_input_error(
        [] {
            make_service(config(R"({"model": "llm", "llm": "gpt-oss-120b", "precision": "nvfp4"})"),
                         on("L40S", 8));
        },
        "test", "no served run says how long gpt-oss-120b takes on 8 x L40S");
    require_input_error(
        [] {
            make_service(config(R"({"model": "llm", "llm": "Llama-3.1-8B", "engine": "vllm-2023-eager"})"),
                         on("H100", 1));
        },
        "test", "no served run says how long Llama-3.1-8B takes");
    require_input_error(
        [] {
            make_service(config(R"({"model": "llm", "llm": "Llama-3.1-8B", "layout": "tp1"})"),
                         on("H100", 1));
        },
        "test.layout", "has kernels");
}

TEST_CASE("sampling costs what the vocabulary takes to sort, and a model may do without",
          "[llm][llm_service]") {
    const auto seconds = [](const std::string& llm, const std::string& sampling) {
        return alone(R"({"model": "llm", "engine": "vllm-0.15", "llm": ")" + llm + R"(", "sampling": ")" +
                         sampling + "\"}",
                     on("H100", 1), 512, 100);
    };
    CHECK(seconds("Qwen3-8B", "sampled") > seconds("Qwen3-8B", "greedy"));
    CHECK(seconds("Qwen3-8B", "model") == seconds("Qwen3-8B", "sampled"));
    CHECK(seconds("Mistral-Nemo-12B", "model") == seconds("Mistral-Nemo-12B", "greedy"));
}

TEST_CASE("a shared prefix without a prefix cache is refused, not ignored", "[llm][llm_service][errors]") {
    require_input_error(
        [] {
            make_service(config(R"({"model": "llm", "llm": "Llama-3.1-8B", "shared_prefix": "20%",
                                    "prefix_cache": false})"),
                         on("H100", 1));
        },
        "test.shared_prefix", "has no effect without the prefix cache");
}

TEST_CASE("settings that cannot be are refused with what can", "[llm][llm_service][errors]") {
    struct Refused {
        const char* settings;
        const char* where;
        const char* problem;
    };
    for (const Refused& one :
         {Refused{R"("gpu": "L4")", "test.gpu", "the pool's workers have \"H100\""},
          {R"("max_context": 200000)", "test.max_context", "has 131072 tokens"},
          {R"("max_context": 0)", "test.max_context", "out of range"},
          {R"("kv_blocks": 0)", "test.kv_blocks", "out of range"},
          {R"("kv_blocks": 90000000)", "test", "KV blocks take"},
          {R"("memory_share": 0)", "test.memory_share", "without memory"},
          {R"("prefix_unit": 100)", "test.prefix_unit", "multiple of the engine's block"}}) {
        INFO(one.settings);
        require_input_error(
            [&] {
                make_service(
                    config(R"({"model": "llm", "llm": "Llama-3.1-8B", )" + std::string(one.settings) + "}"),
                    on("H100", 1));
            },
            one.where, one.problem);
    }
    require_input_error(
        [] {
            make_service(config(R"({"model": "llm", "llm": "gpt-oss-120b", "precision": "nvfp4",
                                    "layout": "banana"})"),
                         on("H200", 8));
        },
        "test.layout", "on 8 x H200 laid out as \"banana\"");
}

TEST_CASE("vLLM batches less on smaller GPUs unless it is told otherwise", "[llm][llm_service]") {
    const auto limits = [](const char* engine, const char* gpu) {
        const EngineRules rules = rules_on(find_engine(engine, "test"), find_gpu_profile(gpu, "test"));
        return std::pair(rules.max_sequences, rules.max_batched_tokens);
    };
    for (const char* gpu : {"H100", "H200", "B200", "RTX-PRO-6000"})
        CHECK(limits("vllm", gpu) == std::pair(1024U, 8192U));
    for (const char* gpu : {"L40S", "L4", "RTX4090", "A100-40GB", "A100-80GB"})
        CHECK(limits("vllm-0.15", gpu) == std::pair(256U, 2048U));
    CHECK(limits("trtllm", "L40S") == limits("trtllm", "H100"));

    const auto concurrency = [](const std::string& gpu, const std::string& more) {
        const std::string service = R"({"model": "llm", "llm": "Llama-3.1-8B")" + more + "}";
        return make_service(config(service), on(gpu, 1))->own_concurrency();
    };
    CHECK(concurrency("H100", "") == 1024);
    CHECK(concurrency("L40S", "") == 256);
    CHECK(concurrency("L40S", R"(, "max_sequences": 512)") == 512);
    // Longer iterations for prompts, on the same GPU.
    const std::string plain = R"({"model": "llm", "llm": "Llama-3.1-8B"})";
    const std::string more = R"({"model": "llm", "llm": "Llama-3.1-8B", "max_batched_tokens": 8192})";
    CHECK(alone(plain, on("L40S", 1), 8000, 1) > alone(more, on("L40S", 1), 8000, 1));
}
