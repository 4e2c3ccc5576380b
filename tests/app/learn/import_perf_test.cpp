#include "tests/app/learn/import_rig.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::string_view kGenAiSummary = R"({"request_throughput": {"unit": "requests/sec", "avg": 3.1},
 "request_latency": {"unit": "ms", "avg": 1210.5, "p50": 1200.0, "p99": 1500.1},
 "time_to_first_token": {"unit": "ms", "avg": 95.5, "p99": 300.1},
 "inter_token_latency": {"unit": "ms", "avg": 9.5, "p99": 12.2},
 "output_sequence_length": {"unit": "tokens", "avg": 120.0}, "request_count": {"unit": "count", "avg": 100},
 "input_sequence_length": {"unit": "tokens", "avg": 550.2},
 "input_config": {"model_names": ["acme/tiny-7b"], "perf_analyzer": {"stimulus": {"concurrency": 4}}}})";

constexpr std::string_view kGenAiProfile = R"({"version": "0.0.11", "service_kind": "openai",
 "experiments": [{"experiment": {"mode": "concurrency", "value": 4}, "requests": [
  {"timestamp": 2000000000, "request_inputs": {"payload": "x"},
   "response_timestamps": [2100000000, 2110000000, 2120000000], "response_outputs": ["a", "b", "c"]},
  {"timestamp": 1000000000, "response_timestamps": [1050000000, 1060000000, 1090000000, 1130000000, 1150000000]},
  {"timestamp": 1000000000, "response_timestamps": []}], "window_boundaries": [0, 1]}]})";

constexpr std::string_view kAiPerfSummary = R"({"schema_version": "1.0", "aiperf_version": "0.3.0",
 "request_latency": {"unit": "ms", "avg": 1210.5}, "time_to_first_token": {"unit": "ms", "avg": 80.0},
 "inter_token_latency": {"unit": "ms", "avg": 8.0}, "output_sequence_length": {"unit": "tokens", "avg": 100.0},
 "input_sequence_length": {"unit": "tokens", "avg": 500.0}, "request_count": {"unit": "requests", "avg": 64.0},
 "input_config": {"endpoint": {"model_names": ["acme/tiny-7b"]}, "loadgen": {"concurrency": null,
  "request_rate": 2.5}}, "start_time": "2026-03-02T10:15:30", "was_cancelled": false})";

constexpr std::string_view kAiPerfRecords =
    R"({"metadata": {"session_num": 0, "benchmark_phase": "warmup", "request_start_ns": 900000000}, "metrics": {}, "error": null}
{"metadata": {"session_num": 1, "benchmark_phase": "profiling", "request_start_ns": 1500000000, "request_end_ns": 1900000000, "was_cancelled": false}, "metrics": {"time_to_first_token": {"value": 100, "unit": "ms"}, "request_latency": {"value": 400000000, "unit": "ns"}, "input_sequence_length": {"value": 300, "unit": "tokens"}, "output_sequence_length": {"value": 31, "unit": "tokens"}}, "error": null}
{"metadata": {"session_num": 2, "benchmark_phase": "profiling", "request_start_ns": 1000000000}, "metrics": {}, "error": {"code": 500}}
)";

}  // namespace

TEST_CASE("a summary of genai-perf is a run of clients with its means", "[learn][import]") {
    const Observed observed = observed_in(kGenAiSummary);
    const ObservedRun& run = observed.runs.at(0);
    CHECK(run.clients == 4);
    CHECK(run.ttft == Approx(0.0955));
    CHECK(run.tpot == Approx(0.0095));
    CHECK(run.requests.size() == 100);
    CHECK(run.requests[0].input == 550);
    CHECK(observed.sources[0].model == "acme/tiny-7b");
}

TEST_CASE("a profile of genai-perf has its tokens from the summary of the same load", "[learn][import]") {
    const Observed observed = observed_in_files({kGenAiProfile, kGenAiSummary});
    REQUIRE(observed.runs.size() == 1);
    const ObservedRun& run = observed.runs[0];
    CHECK(run.load == LoadKind::kRecorded);
    REQUIRE(run.requests.size() == 2);
    // Four chunks on average stand for 120 tokens.
    CHECK(run.requests[0].output == 150);
    CHECK(run.requests[1].output == 90);
    CHECK(run.requests[1].ttft == Approx(0.1));
    CHECK(*run.requests[1].at == Approx(1.0));
    require_refused_file(kGenAiProfile, {"how many tokens", "summary of \"concurrency 4\""});
}

TEST_CASE("a summary of AIPerf is a run at its rate", "[learn][import]") {
    const Observed observed = observed_in(kAiPerfSummary);
    CHECK(observed.runs.at(0).load == LoadKind::kRate);
    CHECK(observed.runs[0].rate == 2.5);
    CHECK(observed.sources[0].format == "aiperf");
    CHECK(observed.sources[0].tool == "0.3.0");
    CHECK(observed.sources[0].date == "2026-03-02T10:15:30");
}

TEST_CASE("records of AIPerf are requests, without the warm-up and those that failed", "[learn][import]") {
    const Observed observed = observed_in(kAiPerfRecords);
    REQUIRE(observed.runs.at(0).requests.size() == 1);
    const ObservedRequest& request = observed.runs[0].requests[0];
    CHECK(request.input == 300);
    CHECK(request.output == 31);
    CHECK(request.ttft == Approx(0.1));
    CHECK(request.total == Approx(0.4));
}

TEST_CASE("results of genai-perf and AIPerf that lack figures are refused with their place",
          "[learn][import][errors]") {
    require_refused_file(changed(kGenAiSummary, "\"time_to_first_token\": {\"unit\": \"ms\"",
                                 "\"time_to_first_token\": {\"unit\": \"parsec\""),
                         {"time_to_first_token", "parsec"});
    require_refused_file(changed(kGenAiSummary, "\"inter_token_latency\"", "\"itl\""),
                         {"lacks \"inter_token_latency\"", "--streaming"});
    require_refused_file(changed(kGenAiSummary, "\"concurrency\": 4", "\"other\": 4"), {"under which load"});
    require_refused_file(changed(kAiPerfRecords, "\"value\": 100,", "\"value\": -100,"),
                         {"result0:2", "negative"});
    require_refused_file(changed(kAiPerfRecords, "\"value\": 100,", "\"value\": 900,"),
                         {"result0:2", "ended after"});
    require_refused_file(kAiPerfRecords.substr(0, 400), {"result0:2", "is not JSON"});
    require_refused_file(kAiPerfRecords.substr(0, kAiPerfRecords.find('\n')),
                         {"no request that was answered"});
}
