// What measuring costs: a value in a sketch, a request in the recorder, a row of the requests file. Run in
// turns with the yardstick; counters are CPU nanoseconds an item and the ratio. Latencies are exponential,
// mean one second, from a table in the first-level cache.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <ostream>
#include <streambuf>
#include <string>
#include <vector>

#include "bench/support/yardstick.hpp"
#include "sim/metrics/quantile_sketch.hpp"
#include "sim/metrics/recorder.hpp"
#include "sim/metrics/requests_writer.hpp"

namespace spillway::bench {
namespace {

constexpr int kChunk = 50'000;

Duration next_latency(GapTable& gaps) { return Duration{gaps.next() * 1000}; }

class SketchAdds {
public:
    void one(GapTable& gaps) { sketch_.add(next_latency(gaps)); }

private:
    QuantileSketch sketch_;
};

/// Requests that queued and decoded, one after the other in the same record, as the fleet hands them over.
class Requests {
public:
    explicit Requests(std::uint32_t output_tokens) {
        record_.output_tokens = output_tokens;
        record_.pool = PoolId{0};
        record_.worker = WorkerId{0};
    }
    const RequestRecord& next(GapTable& gaps) {
        const Duration queue = next_latency(gaps);
        const Duration decode = next_latency(gaps);
        record_.parts[static_cast<std::size_t>(LatencyPart::kQueue)] = queue;
        record_.parts[static_cast<std::size_t>(LatencyPart::kDecode)] = decode;
        record_.delivered = SimTime{queue + decode};
        return record_;
    }

private:
    RequestRecord record_;
};

/// Making the request, which the following contain.
class MadeRequests {
public:
    void one(GapTable& gaps) { benchmark::DoNotOptimize(requests_.next(gaps).delivered); }

private:
    Requests requests_{0};
};

class RecordedRequests {
public:
    void one(GapTable& gaps) { recorder_.request_ended(requests_.next(gaps)); }

private:
    Requests requests_{0};
    Recorder recorder_{{{"interactive", Delivery::kWhole}}, {}};
};

/// Streamed, with tokens and three objectives.
class JudgedRequests {
public:
    void one(GapTable& gaps) { recorder_.request_ended(requests_.next(gaps)); }

private:
    Requests requests_{200};
    Recorder recorder_{{{"interactive", Delivery::kStreamed}},
                       {parse_slo("p95 ttft < 2s", "", {}), parse_slo("p99 total < 5s", "", {}),
                        parse_slo("p95 warm ttft < 1s", "", {})}};
};

class NullBuffer : public std::streambuf {
    std::streamsize xsputn(const char* /*text*/, std::streamsize count) override { return count; }
};

class WrittenRequests {
public:
    void one(GapTable& gaps) { writer_.request_ended(requests_.next(gaps)); }

private:
    Requests requests_{200};
    NullBuffer buffer_;
    std::ostream out_{&buffer_};
    RequestsWriter writer_{out_, "null", std::vector<MeasuredClass>{{"interactive", Delivery::kStreamed}},
                           std::vector<std::string>{"serverless"}};
};

template <class Model>
void measure(benchmark::State& state) {
    Model model;
    Yardstick yardstick;
    GapTable gaps;
    for (int i = 0; i < kChunk; ++i) model.one(gaps);  // past the exact phase
    double ours = 0;
    double theirs = 0;
    for (auto _ : state) {
        const double start = thread_cpu_seconds();
        for (int i = 0; i < kChunk; ++i) model.one(gaps);
        const double seconds = thread_cpu_seconds() - start;
        state.SetIterationTime(seconds);
        ours += seconds / kChunk;
        theirs += yardstick.seconds_per_hold(kChunk);
    }
    const auto chunks = static_cast<double>(state.iterations());
    state.counters["ns_per_item"] = ours / chunks * 1e9;
    state.counters["yardstick_ns"] = theirs / chunks * 1e9;
    state.counters["ratio"] = ours / theirs;
}

BENCHMARK(measure<SketchAdds>)->Name("sketch/add")->UseManualTime();
BENCHMARK(measure<MadeRequests>)->Name("make_request")->UseManualTime();
BENCHMARK(measure<RecordedRequests>)->Name("recorder/request")->UseManualTime();
BENCHMARK(measure<JudgedRequests>)->Name("recorder/streamed_request_with_3_slos")->UseManualTime();
BENCHMARK(measure<WrittenRequests>)->Name("requests_file/row")->UseManualTime();

}  // namespace
}  // namespace spillway::bench
