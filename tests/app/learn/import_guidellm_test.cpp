#include "tests/app/learn/import_rig.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::string_view kBenchmarks = R"({"metadata": {"guidellm_version": "0.3.0"}, "benchmarks": [
 {"type_": "generative_benchmark", "args": {"strategy": {"type_": "concurrent", "streams": 2},
   "profile": {"type_": "concurrent"}}, "worker": {"backend_model": "acme/tiny-7b"},
  "metrics": {"request_totals": {"successful": 2, "errored": 1, "incomplete": 0}},
  "requests": {"successful": [
    {"prompt_tokens": 512, "output_tokens": 11, "start_time": 1000.5, "end_time": 1000.8,
     "request_latency": 0.3, "time_to_first_token_ms": 100.0, "time_per_output_token_ms": 27.3,
     "inter_token_latency_ms": 20.0, "output": "..."},
    {"prompt_tokens": 256, "output_tokens": 6, "start_time": 1000.0, "end_time": 1000.2,
     "time_to_first_token_ms": 50.0, "inter_token_latency_ms": 30.0}],
   "errored": [{"prompt_tokens": 5}], "incomplete": []}}]})";

}  // namespace

TEST_CASE("requests of GuideLLM are replayed as they came", "[learn][import]") {
    const Observed observed = observed_in(kBenchmarks);
    REQUIRE(observed.runs.size() == 1);
    const ObservedRun& run = observed.runs[0];
    CHECK(run.load == LoadKind::kRecorded);
    REQUIRE(run.requests.size() == 2);
    CHECK(run.requests[0].input == 256);
    CHECK(run.requests[0].total == Approx(0.2));
    CHECK(*run.requests[1].at == Approx(0.5));
    CHECK(run.requests[1].ttft == Approx(0.1));
    CHECK(observed.sources[0].model == "acme/tiny-7b");
    CHECK(observed.sources[0].tool == "guidellm 0.3.0");
}

TEST_CASE("a sample of GuideLLM's requests stands for the strategy's load", "[learn][import]") {
    const ObservedRun run =
        observed_in(changed(kBenchmarks, "\"successful\": 2,", "\"successful\": 900,")).runs.at(0);
    CHECK(run.load == LoadKind::kClients);
    CHECK(run.clients == 2);
    CHECK_FALSE(run.each_timed);
    CHECK(run.ttft == Approx(0.075));
    const std::string rated =
        changed(changed(kBenchmarks, "\"successful\": 2,", "\"successful\": 900,"),
                R"({"type_": "concurrent", "streams": 2})", R"({"type_": "constant", "rate": 1.5})");
    CHECK(observed_in(rated).runs.at(0).rate == 1.5);
}

TEST_CASE("benchmarks of GuideLLM that lack figures are refused with their place",
          "[learn][import][errors]") {
    require_refused_file(kBenchmarks.substr(0, 700), {"ends too early"});
    require_refused_file(changed(kBenchmarks, "\"time_to_first_token_ms\": 100.0", "\"ttft\": 1"),
                         {"benchmarks[0].requests.successful[0]", "time_to_first_token_ms", "streaming"});
    require_refused_file(changed(kBenchmarks, "100.0", "null"), {"successful[0]", "time_to_first_token_ms"});
    require_refused_file(changed(kBenchmarks, "100.0", "1000.0"), {"successful[0]", "ended after"});
    require_refused_file(changed(kBenchmarks, "\"successful\": [", "\"others\": ["),
                         {"no successful request"});
    require_refused_file(R"({"benchmarks": []})", {"no benchmark"});
}
