#include "tests/app/learn/import_rig.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::string_view kSummary = R"({"date": "20260302-101530", "endpoint_type": "vllm", "label": null,
 "model_id": "acme/tiny-7b", "tokenizer_id": "acme/tiny-7b", "num_prompts": 200, "request_rate": "inf",
 "burstiness": 1.0, "max_concurrency": 16, "duration": 61.2, "completed": 198, "failed": 2,
 "total_input_tokens": 99000, "total_output_tokens": 25344, "request_throughput": 3.2,
 "request_goodput": null, "output_throughput": 414.1, "mean_ttft_ms": 95.5, "median_ttft_ms": 80.1,
 "std_ttft_ms": 40.2, "p99_ttft_ms": 300.3, "mean_tpot_ms": 9.5, "median_tpot_ms": 9.4, "std_tpot_ms": 0.7,
 "p99_tpot_ms": 12.0, "mean_itl_ms": 9.6, "p99_itl_ms": 30.2})";

constexpr std::string_view kDetailed = R"({"date": "20260302-101530", "backend": "openai", "model_id": "m",
 "num_prompts": 3, "request_rate": 2.5, "burstiness": 1.0, "max_concurrency": null, "duration": 2.0,
 "completed": 2, "total_input_tokens": 300, "total_output_tokens": 5, "request_throughput": 1.0,
 "mean_ttft_ms": 60, "mean_tpot_ms": 15, "input_lens": [100, 50, 200], "output_lens": [3, 0, 2],
 "ttfts": [0.05, 0.0, 0.07], "itls": [[0.01, 0.02], [], [0.015]],
 "generated_texts": ["a b c", "", "d e"], "errors": ["", "timeout", ""]})";

}  // namespace

TEST_CASE("a summary of vllm bench is a run of clients with its means", "[learn][import]") {
    const Observed observed = observed_in(kSummary);
    REQUIRE(observed.runs.size() == 1);
    const ObservedRun& run = observed.runs[0];
    CHECK(run.load == LoadKind::kClients);
    CHECK(run.clients == 16);
    CHECK_FALSE(run.each_timed);
    CHECK(run.ttft == Approx(0.0955));
    CHECK(run.tpot == Approx(0.0095));
    CHECK(run.requests.front().input == 500);
    CHECK(run.requests.size() == 198);
    CHECK(observed.sources[0].model == "acme/tiny-7b");
    CHECK(observed.sources[0].date == "20260302-101530");
    CHECK_THAT(observed.notes.at(0), contains_text("2 of 200 requests failed"));
}

TEST_CASE("a detailed result of vllm bench has each request's times, without those that failed",
          "[learn][import]") {
    const Observed observed = observed_in(kDetailed);
    const ObservedRun& run = observed.runs.at(0);
    CHECK(run.load == LoadKind::kRate);
    CHECK(run.rate == 2.5);
    REQUIRE(run.requests.size() == 2);
    CHECK(run.each_timed);
    CHECK(run.requests[0].ttft == 0.05);
    CHECK(run.requests[0].total == Approx(0.08));
    CHECK(run.requests[1].input == 200);
    CHECK(run.requests[1].output == 2);
}

TEST_CASE("requests of vllm bench with their starts are replayed as they came", "[learn][import]") {
    const Observed observed =
        observed_in(changed(kDetailed, "\"ttfts\"", "\"start_times\": [10.5, 0, 10.0], \"ttfts\""));
    const ObservedRun& run = observed.runs.at(0);
    CHECK(run.load == LoadKind::kRecorded);
    REQUIRE(run.requests.size() == 2);
    CHECK(run.requests[0].input == 200);
    CHECK(*run.requests[0].at == 0);
    CHECK(*run.requests[1].at == 0.5);
}

TEST_CASE("results of vllm bench that say nothing are refused with their place", "[learn][import][errors]") {
    require_refused_file(kSummary.substr(0, 300), {":4", "ends too early"});
    require_refused_file(changed(kSummary, "95.5", "NaN"), {"is not JSON", "NaN"});
    require_refused_file(changed(kSummary, "95.5", "-1"), {"mean_ttft_ms", "negative"});
    require_refused_file(changed(kSummary, "\"completed\": 198", "\"completed\": 0"),
                         {"no request was served"});
    require_refused_file(changed(kSummary, "\"mean_tpot_ms\"", "\"no_tpot_ms\""), {"lacks \"mean_tpot_ms\""});
    require_refused_file(changed(kSummary, "95.5", "\"fast\""), {"mean_ttft_ms"});
    require_refused_file(changed(kDetailed, "[3, 0, 2]", "[3, 0]"), {"output_lens", "2 items"});
    require_refused_file(changed(kDetailed, "[0.05, 0.0, 0.07]", "[-0.05, 0.0, 0.07]"), {"ttfts[0]"});
    require_refused_file(changed(kDetailed, "[0.015]", "[-0.015]"), {"itls[2]", "negative"});
    require_refused_file(changed(kDetailed, "[[0.01, 0.02], [], [0.015]]", "[1, 2, 3]"),
                         {"itls[0]", "is no list"});
    require_refused_file(changed(kDetailed, "[[0.01, 0.02], [], [0.015]]", "5"), {"itls", "a list"});
    require_refused_file(changed(kDetailed, "2.5", "-5"), {"request_rate", "negative"});
    require_refused_file(changed(kDetailed, "2.5", "1e-9"), {"1e-09 requests a second"});
    require_refused_file("  \n", {"is empty"});
    require_refused_file("{\"a\": 1}", {"none of the formats", "vllm-bench"});
}

TEST_CASE("lengths and times of vllm bench beyond all requests are refused with their place",
          "[learn][import][errors]") {
    const std::string sizes = changed(kDetailed, "\"ttfts\"", "\"no_ttfts\"");
    for (const char* length : {"-5", "0", "1e20", "3999999"})
        require_refused_file(changed(sizes, "[100, 50, 200]", "[" + std::string(length) + ", 50, 200]"),
                             {"input_lens[0]", "tokens", "4000000 at most"});
    require_refused_file(changed(kSummary, "99000", "99e9"), {"a prompt of", "tokens"});
    require_refused_file(changed(kSummary, "95.5", "1e-300"), {"first token"});
    require_refused_file(changed(kSummary, "\"mean_tpot_ms\": 9.5", "\"mean_tpot_ms\": 1e7"),
                         {"the mean answer takes", "100000 s at most"});
    require_refused_file(changed(kDetailed, "\"ttfts\"", "\"start_times\": [0, 0, 1e12], \"ttfts\""),
                         {"sent 1e+12 s after the first"});
}

TEST_CASE("JSON that is nested deeper than any result is refused", "[learn][import][errors]") {
    const std::string deep(200'000, '[');
    require_refused_file("{\"num_prompts\": 1, \"model_id\": " + deep, {"more than 100 deep"});
}
