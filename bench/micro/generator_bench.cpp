// What an arrival costs: generators alone, with token lengths, merged and combined. Run in turns with the
// yardstick; counters are CPU nanoseconds an arrival and the ratio.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/support/yardstick.hpp"
#include "traces/combine/traffic.hpp"

namespace spillway::bench {
namespace {

constexpr int kChunk = 50'000;

ConfigNode text(std::string value) { return ConfigNode::text("bench", std::move(value)); }
ConfigNode number(double value) { return ConfigNode::number("bench", value); }
ConfigNode object(std::vector<ConfigNode::Member> members) {
    return ConfigNode::object("bench", std::move(members));
}

ConfigNode source(const std::string& name, std::vector<ConfigNode::Member> members) {
    members.emplace_back("source", text(name));
    members.emplace_back("count", ConfigNode::integer("bench", std::int64_t{1} << 40));
    return object(std::move(members));
}

ConfigNode lognormal(double mean) {
    return object({{"lognormal", object({{"mean", number(mean)}, {"cv", number(1)}})}});
}

ConfigNode mmpp_states() {
    const auto state = [](const char* rate, const char* sojourn) {
        return object({{"rate", text(rate)}, {"mean_sojourn", text(sojourn)}});
    };
    return ConfigNode::list("bench", {state("10/s", "100s"), state("1000/s", "10s")});
}

/// Takes arrivals as a run does: asks for the time, then pops.
class Puller {
public:
    explicit Puller(std::vector<ConfigNode> sources)
        : source_(make_traffic(ConfigNode::list("bench", std::move(sources)), classes_, context(),
                               Duration{0})) {}

    double seconds_per_arrival(int arrivals) {
        const double start = thread_cpu_seconds();
        for (int i = 0; i < arrivals; ++i) {
            benchmark::DoNotOptimize(source_->next_time());
            source_->pop(arrival_);
            benchmark::DoNotOptimize(arrival_.origin);
        }
        return (thread_cpu_seconds() - start) / arrivals;
    }

private:
    SourceContext context() { return {{}, {}, {}, {}, 0, {}, entities_, reads_}; }

    std::vector<std::string> classes_{"all"};
    EntityCounter entities_;
    ReadLog reads_;
    std::unique_ptr<RequestSource> source_;
    Arrival arrival_;
};

void run(benchmark::State& state, std::vector<ConfigNode> sources) {
    Puller puller(std::move(sources));
    Yardstick yardstick;
    double seconds = 0;
    double yard_seconds = 0;
    for (auto iteration : state) {
        static_cast<void>(iteration);
        seconds += puller.seconds_per_arrival(kChunk);
        yard_seconds += yardstick.seconds_per_hold(kChunk);
    }
    state.counters["ns/arrival"] = 1e9 * seconds / static_cast<double>(state.iterations());
    state.counters["of_yardstick"] = seconds / yard_seconds;
}

void poisson(benchmark::State& state) { run(state, {source("poisson", {{"rate", text("100/s")}})}); }
void poisson_with_tokens(benchmark::State& state) {
    run(state, {source("poisson", {{"rate", text("100/s")},
                                   {"input_tokens", lognormal(1000)},
                                   {"output_tokens", lognormal(200)}})});
}
void gamma_gaps(benchmark::State& state) {
    run(state, {source("gamma", {{"rate", text("100/s")}, {"cv", number(3)}})});
}
void mmpp(benchmark::State& state) { run(state, {source("mmpp", {{"states", mmpp_states()}})}); }
void diurnal(benchmark::State& state) { run(state, {source("diurnal", {{"rate", text("100/s")}})}); }
void merged(benchmark::State& state) {
    std::vector<ConfigNode> sources;
    for (std::int64_t i = 0; i < state.range(0); ++i)
        sources.push_back(source("poisson", {{"rate", text("10/s")}}));
    run(state, std::move(sources));
}
void thinned_to_half(benchmark::State& state) {
    run(state, {source("poisson", {{"rate", text("100/s")}, {"rate_factor", number(0.5)}})});
}
void copied(benchmark::State& state) {
    run(state, {source("poisson", {{"rate", text("100/s")}, {"rate_factor", number(2.5)}})});
}

BENCHMARK(poisson);
BENCHMARK(poisson_with_tokens);
BENCHMARK(gamma_gaps);
BENCHMARK(mmpp);
BENCHMARK(diurnal);
BENCHMARK(merged)->Arg(2)->Arg(16)->Arg(128);
BENCHMARK(thinned_to_half);
BENCHMARK(copied);

}  // namespace
}  // namespace spillway::bench
