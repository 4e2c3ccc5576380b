#include <string>

#include "tests/app/learn/import_rig.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::string_view kFirst =
    R"(# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="acme/tiny-7b"} 12.0
vllm:kv_cache_usage_perc{engine="0",model_name="acme/tiny-7b"} 0.31
vllm:prompt_tokens_total{engine="0",model_name="acme/tiny-7b"} 50000.0
vllm:generation_tokens_total{engine="0",model_name="acme/tiny-7b"} 20000.0
vllm:iteration_tokens_total_bucket{engine="0",le="8.0",model_name="acme/tiny-7b"} 900.0
vllm:iteration_tokens_total_sum{engine="0",model_name="acme/tiny-7b"} 70000.0
vllm:iteration_tokens_total_count{engine="0",model_name="acme/tiny-7b"} 2000.0
vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="acme/tiny-7b"} 100.0
vllm:time_to_first_token_seconds_sum{engine="0",model_name="acme/tiny-7b"} 9.0
vllm:time_to_first_token_seconds_count{engine="0",model_name="acme/tiny-7b"} 100.0
vllm:request_time_per_output_token_seconds_sum{engine="0",model_name="acme/tiny-7b"} 1.0
vllm:request_time_per_output_token_seconds_count{engine="0",model_name="acme/tiny-7b"} 100.0
vllm:request_prompt_tokens_sum{engine="0",model_name="acme/tiny-7b"} 50000.0
vllm:request_prompt_tokens_count{engine="0",model_name="acme/tiny-7b"} 100.0
vllm:request_generation_tokens_sum{engine="0",model_name="acme/tiny-7b"} 20000.0
vllm:request_generation_tokens_count{engine="0",model_name="acme/tiny-7b"} 100.0
vllm:cache_config_info{block_size="16",cache_dtype="auto",engine="0",num_gpu_blocks="27450"} 1.0
)";

/// The same server later: three times the tokens, twice the iterations and requests.
std::string later() {
    std::string text(kFirst);
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"generation_tokens_total{", "60000"},
             {"iteration_tokens_total_count{", "4000"},
             {"time_to_first_token_seconds_sum{", "29"},
             {"time_to_first_token_seconds_count{", "200"},
             {"request_time_per_output_token_seconds_sum{", "3"},
             {"request_time_per_output_token_seconds_count{", "200"},
             {"request_prompt_tokens_sum{", "100000"},
             {"request_prompt_tokens_count{", "200"},
             {"request_generation_tokens_sum{", "40000"},
             {"request_generation_tokens_count{", "200"}}) {
        const std::size_t line = text.find(name);
        const std::size_t number = text.find("} ", line) + 2;
        text.replace(number, text.find('\n', number) - number, value);
    }
    return text;
}

}  // namespace

TEST_CASE("a scrape of vLLM's metrics is one load with its KV memory", "[learn][import]") {
    const Observed observed = observed_in(kFirst);
    const ObservedRun& run = observed.runs.at(0);
    CHECK(run.clients == 10);  // 20,000 tokens in 2,000 iterations
    CHECK(run.ttft == Approx(0.09));
    CHECK(run.tpot == Approx(0.01));
    CHECK(run.requests[0].input == 500);
    REQUIRE(observed.memory);
    CHECK(observed.memory->blocks == 27450);
    CHECK(observed.memory->block_tokens == 16);
    CHECK(observed.sources[0].model == "acme/tiny-7b");
}

TEST_CASE("two scrapes are what happened between them", "[learn][import]") {
    const std::string second = later();
    const Observed observed = observed_in_files({kFirst, second});
    REQUIRE(observed.runs.size() == 1);
    CHECK(observed.runs[0].clients == 20);
    CHECK(observed.runs[0].ttft == Approx(0.2));
    CHECK(observed.runs[0].tpot == Approx(0.02));
}

TEST_CASE("names of metrics over vLLM's versions are known", "[learn][import]") {
    std::string older(kFirst);
    for (const char* end : {"_sum", "_count"})
        older = changed(older, std::string("vllm:request_time_per_output_token_seconds") + end,
                        std::string("vllm:time_per_output_token_seconds") + end);
    CHECK(observed_in(older).runs.at(0).tpot == Approx(0.01));
    const std::string no_iterations =
        changed(kFirst, "vllm:iteration_tokens_total_count", "vllm:other_count");
    CHECK(observed_in(no_iterations).runs.at(0).clients == 12);
}

TEST_CASE("time in the engine's queue is left out of TTFT where it is most of it", "[learn][import]") {
    const std::string queued =
        std::string(kFirst) +
        "vllm:request_queue_time_seconds_sum{engine=\"0\"} 6\nvllm:request_queue_time_seconds_count{} 100\n";
    const Observed observed = observed_in(queued);
    CHECK(observed.runs.at(0).ttft == Approx(0.09 - 0.06 + 0.005));
    CHECK_THAT(observed.notes.at(0), contains_text("67% of TTFT was waiting in the engine's queue"));
}

TEST_CASE("a wait in the engine's queue that is longer than TTFT is refused", "[learn][import][errors]") {
    require_refused_file(std::string(kFirst) +
                             "vllm:request_queue_time_seconds_sum 12\n"
                             "vllm:request_queue_time_seconds_count 100\n",
                         {"waited 0.12 s", "first token after 0.09 s"});
}

TEST_CASE("KV memory that no engine has is refused with its line, and none is none",
          "[learn][import][errors]") {
    require_refused_file(changed(kFirst, "block_size=\"16\"", "block_size=\"4294967296\""),
                         {":19", "block_size is 4294967296"});
    require_refused_file(changed(kFirst, "27450", "1000000001"), {":19", "num_gpu_blocks"});
    CHECK_FALSE(observed_in(changed(kFirst, "\"27450\"", "\"None\"")).memory);
}

TEST_CASE("scrapes that cannot be used are refused with their line", "[learn][import][errors]") {
    require_refused_file(changed(kFirst, "7b\"} 9.0", "7b\"} nine"), {":11", "\"nine\" is not a number"});
    require_refused_file(changed(kFirst, "7b\"} 9.0", "7b\"} NaN"), {"time_to_first_token_seconds_sum"});
    require_refused_file(changed(kFirst, "7b\"} 9.0", "7b\" 9.0"), {":11"});
    require_refused_file(changed(kFirst, "time_to_first_token_seconds_count", "ttft_count"),
                         {"first tokens"});
    require_refused_file(changed(kFirst, "\"acme/tiny-7b\"", "\"acme/other\""), {"2 models"});
    const std::string second = later();
    try {
        observed_in_files({second, kFirst});
        FAIL("scrapes in the wrong order were read");
    } catch (const std::exception& error) {
        CHECK_THAT(std::string(error.what()), contains_text("fell since the scrape before"));
    }
}
