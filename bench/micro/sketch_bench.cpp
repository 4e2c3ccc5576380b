// What measuring costs: a value in a sketch, a request in the recorder, a row of the requests file. Run in
// turns with the yardstick; counters are CPU nanoseconds an item and the ratio. Latencies are exponential,
// mean one second, from a table in the first-level cache.
#include <benchmark/benchmark.h>

#include <ostream>
#include <streambuf>
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

/// A request that queued and decoded.
RequestRecord next_request(GapTable& gaps) {
    RequestRecord request;
    const Duration queue = next_latency(gaps);
    const Duration decode = next_latency(gaps);
    request.parts[static_cast<std::size_t>(LatencyPart::kQueue)] = queue;
    request.parts[static_cast<std::size_t>(LatencyPart::kDecode)] = decode;
    request.delivered = SimTime{queue + decode};
    request.pool = PoolId{0};
    request.worker = WorkerId{0};
    return request;
}

/// Making a record, which the next two contain.
class Records {
public:
    void one(GapTable& gaps) {
        RequestRecord request = next_request(gaps);
        benchmark::DoNotOptimize(request);
    }
};

class RecorderEnds {
public:
    RecorderEnds() : recorder_({{"interactive", Delivery::kWhole}}, {}) {}
    void one(GapTable& gaps) { recorder_.request_ended(next_request(gaps)); }

private:
    Recorder recorder_;
};

/// Streamed, with tokens and three objectives.
class RecorderTokens {
public:
    RecorderTokens()
        : recorder_({{"interactive", Delivery::kStreamed}},
                    {parse_slo("p95 ttft < 2s", "", {}), parse_slo("p99 total < 5s", "", {}),
                     parse_slo("p95 warm ttft < 1s", "", {})}) {}
    void one(GapTable& gaps) {
        RequestRecord request = next_request(gaps);
        request.output_tokens = 200;
        recorder_.request_ended(request);
    }

private:
    Recorder recorder_;
};

class NullBuffer : public std::streambuf {
    std::streamsize xsputn(const char* /*text*/, std::streamsize count) override { return count; }
};

class WriterRows {
public:
    WriterRows() : out_(&buffer_), writer_(out_, "null", kClasses, kPools) {}
    void one(GapTable& gaps) { writer_.request_ended(next_request(gaps)); }

private:
    inline static const std::vector<MeasuredClass> kClasses{{"interactive", Delivery::kStreamed}};
    inline static const std::vector<std::string> kPools{"serverless"};
    NullBuffer buffer_;
    std::ostream out_;
    RequestsWriter writer_;
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
BENCHMARK(measure<Records>)->Name("record/make")->UseManualTime();
BENCHMARK(measure<RecorderEnds>)->Name("recorder/request")->UseManualTime();
BENCHMARK(measure<RecorderTokens>)->Name("recorder/streamed_request_with_3_slos")->UseManualTime();
BENCHMARK(measure<WriterRows>)->Name("requests_file/row")->UseManualTime();

}  // namespace
}  // namespace spillway::bench
