// What a row of a trace costs to read and check, as a run takes it: a file in the page cache, streamed. Run
// in turns with the yardstick; counters are CPU nanoseconds a row, millions of rows a second and the ratio.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "bench/support/yardstick.hpp"
#include "traces/registry.hpp"

namespace spillway::bench {
namespace {

constexpr int kRows = 500'000;

/// Token lengths and gaps as a conversation trace has them: their digits vary, as its do.
class RowMaker {
public:
    std::int64_t gap_ns() { return gaps_.next(); }
    int tokens() { return static_cast<int>(static_cast<double>(gaps_.next()) / 1e6 * 1000) + 1; }

private:
    GapTable gaps_;
};

void write_csv(std::ofstream& out) {
    RowMaker rows;
    std::int64_t at = 0;
    out << "t_s,input_tokens,output_tokens\n";
    for (int i = 0; i < kRows; ++i) {
        at += 100 * rows.gap_ns();
        const std::string ticks = std::to_string(10'000'000 + at / 100 % 10'000'000);
        out << at / 1'000'000'000 << '.' << ticks.substr(1) << ',' << rows.tokens() << ',' << rows.tokens()
            << '\n';
    }
}

void write_azure_llm(std::ofstream& out) {
    RowMaker rows;
    out << "TIMESTAMP,ContextTokens,GeneratedTokens\n";
    for (int i = 0; i < kRows; ++i) {
        const int second = i / 100;
        out << "2023-11-16 0" << second / 3600 << ':' << second / 600 % 6 << second / 60 % 10 << ':'
            << second / 10 % 6 << second % 10 << '.' << 1'000'000 + i % 100 * 10'000 << ',' << rows.tokens()
            << ',' << rows.tokens() << '\n';
    }
}

void write_mooncake(std::ofstream& out) {
    RowMaker rows;
    for (int i = 0; i < kRows / 10; ++i) {
        out << "{\"timestamp\":" << i / 10 * 3000 << ",\"input_length\":" << rows.tokens()
            << ",\"output_length\":" << rows.tokens() << ",\"hash_ids\":[0";
        for (int block = 1; block < 24; ++block) out << ',' << i * 24 + block;
        out << "]}\n";
    }
}

/// A trace file that goes when the benchmark ends.
class TraceFile {
public:
    explicit TraceFile(void (*write)(std::ofstream&))
        : path_(std::filesystem::temp_directory_path() / ("spillway_bench_" + std::to_string(getpid()))) {
        std::ofstream out(path_);
        write(out);
    }
    ~TraceFile() { std::filesystem::remove(path_); }
    TraceFile(const TraceFile&) = delete;
    TraceFile& operator=(const TraceFile&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

std::unique_ptr<RequestSource> open(const char* source, const TraceFile& file, EntityCounter& entities,
                                    ReadLog& reads) {
    const auto text = [](std::string value) { return ConfigNode::text("bench", std::move(value)); };
    const ConfigNode node =
        ConfigNode::object("bench", {{"source", text(source)}, {"file", text(file.path().string())}});
    return make_source(node, {{}, {}, {}, {}, 0, {}, entities, reads});
}

void read_trace(benchmark::State& state, const char* source, void (*write)(std::ofstream&)) {
    const TraceFile file(write);
    Yardstick yardstick;
    double ours = 0;
    double theirs = 0;
    std::int64_t rows = 0;
    for (auto _ : state) {
        EntityCounter entities;
        ReadLog reads;
        Arrival arrival;
        const double start = thread_cpu_seconds();
        const auto trace = open(source, file, entities, reads);
        for (; trace->next_time(); ++rows) {
            trace->pop(arrival);
            benchmark::DoNotOptimize(arrival.output_tokens);
        }
        const double seconds = thread_cpu_seconds() - start;
        state.SetIterationTime(seconds);
        ours += seconds;
        theirs += yardstick.seconds_per_hold(kRows / 10);
    }
    const double ns_per_row = ours / static_cast<double>(rows) * 1e9;
    const double ns_per_hold = theirs / static_cast<double>(state.iterations()) * 1e9;
    state.counters["ns_per_row"] = ns_per_row;
    state.counters["M_rows_per_s"] = 1e3 / ns_per_row;
    state.counters["yardstick_ns"] = ns_per_hold;
    state.counters["ratio"] = ns_per_row / ns_per_hold;
}

BENCHMARK_CAPTURE(read_trace, csv, "csv", write_csv)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_trace, azure_llm, "azure-llm", write_azure_llm)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_trace, mooncake, "mooncake", write_mooncake)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spillway::bench
