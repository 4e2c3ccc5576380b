// Whole runs from a scenario: policies, sketches, meters and the bill on. Each figure is CPU time per request
// and, run in turns with it, its ratio to the yardstick.
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/run/run_scenario.hpp"
#include "bench/support/yardstick.hpp"

namespace spillway {
namespace {

constexpr double kRequests = 1e6;

std::string scenario_text(double rate, const std::string& pool) {
    return fmt::format(
        R"({{"horizon": "{:.0f}s", "warm_up": "0s", "traffic": [{{"source": "poisson", "rate": "{}/s"}}],
        "pools": [{{"name": "gpu", "price": "$2/h", {}}}]}})",
        kRequests / rate, rate, pool);
}

/// M/M/c at 80% load.
std::string queue_scenario(int servers) {
    return scenario_text(
        0.8 * servers,
        fmt::format(R"("workers": {{"max": {0}}}, "policy": {{"name": "fixed", "workers": {0}}},
                             "service": {{"model": "fixed", "time": {{"exponential": {{"mean": "1s"}}}}}})",
                    servers));
}

/// One worker a request, kept for ten minutes: `rate` in requests a second sets how many stay warm.
std::string serverless_scenario(double rate) {
    return scenario_text(rate, R"("workers": {"max": 100000}, "binding": "start",
        "policy": {"name": "scale-to-zero", "idle_timeout": "600s"},
        "service": {"model": "fixed", "time": {"exponential": {"mean": "1.991s"}}},
        "startup": {"phases": [{"phase": "container", "time": "253ms"}]})");
}

/// Llama-3.1-8B on `replicas` H100s, each with about 17 sequences at a time.
std::string llm_scenario(int replicas, const std::string& stepping, double requests = kRequests) {
    const double rate = 11.0 * replicas;
    return fmt::format(
        R"({{"horizon": "{:.0f}s", "warm_up": "0s", "traffic": [{{"source": "poisson", "rate": "{}/s",
             "input_tokens": {{"uniform": {{"min": 100, "max": 900}}}},
             "output_tokens": {{"exponential": {{"mean": 200}}}}}}],
        "pools": [{{"name": "gpu", "gpu": "H100", "price": "$2/h", "workers": {{"max": {}}},
            "policy": {{"name": "fixed", "workers": {}}}, "route": {{"name": "least-loaded"}},
            "service": {{"model": "llm", "llm": "Llama-3.1-8B", "max_context": 8192, "stepping": "{}"}}}}]}})",
        requests / rate, rate, replicas, replicas, stepping);
}

void run(benchmark::State& state, const std::string& text) {
    const Scenario scenario = read_scenario(read_config_text(text, "bench"), ".");
    bench::Yardstick yardstick;
    double run_seconds = 0;
    double yardstick_seconds = 0;
    std::uint64_t requests = 0;
    for (auto _ : state) {
        const double start = bench::thread_cpu_seconds();
        const RunResult result = run_scenario(scenario);
        run_seconds += bench::thread_cpu_seconds() - start;
        requests += result.summary.all.requests.offered;
        yardstick_seconds += yardstick.seconds_per_hold(1'000'000);
    }
    const double each = run_seconds / static_cast<double>(requests);
    state.counters["ns_per_request"] = each * 1e9;
    state.counters["requests_per_s"] = 1 / each;
    state.counters["yardstick_ns"] = yardstick_seconds / static_cast<double>(state.iterations()) * 1e9;
    state.counters["ratio"] = each / (yardstick_seconds / static_cast<double>(state.iterations()));
}

BENCHMARK_CAPTURE(run, mm4, queue_scenario(4))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, mm1000, queue_scenario(1000))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, serverless_8_warm, serverless_scenario(0.9))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, serverless_2000_warm, serverless_scenario(950))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, llm_1, llm_scenario(1, "runs"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, llm_100, llm_scenario(100, "runs"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, llm_reference, llm_scenario(1, "every-iteration", 1e5))->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spillway
