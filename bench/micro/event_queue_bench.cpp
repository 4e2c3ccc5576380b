// The hold model: a fixed number of pending events, each of which schedules its successor, through the
// simulator's own loop and dispatch. Run in turns with the yardstick; counters are CPU nanoseconds an event
// and the ratio.
#include <benchmark/benchmark.h>

#include "bench/support/yardstick.hpp"
#include "sim/core/simulator.hpp"

namespace spillway::bench {
namespace {

constexpr int kChunk = 50'000;

/// Events are background and one hold keeps the loop alive, so that it can stop with the queue still full.
class HoldModel : public EventHandler {
public:
    explicit HoldModel(std::int64_t pending) : handler_(simulator_.add_handler(*this)) {
        for (std::int64_t i = 0; i < pending; ++i) schedule_next(SimTime{});
    }

    double seconds_per_event(int events) {
        left_ = events;
        simulator_.hold();
        const double start = thread_cpu_seconds();
        simulator_.run();
        return (thread_cpu_seconds() - start) / events;
    }

    void handle(const Event& /*event*/, SimTime now) override {
        schedule_next(now);
        if (--left_ == 0)
            simulator_.release();
    }

private:
    void schedule_next(SimTime now) {
        simulator_.schedule(now + Duration{gaps_.next()}, Phase::kFinish,
                            {.handler = handler_, .background = true});
    }

    Simulator simulator_;
    std::uint16_t handler_;
    GapTable gaps_;
    int left_ = 0;
};

/// The same with a time-out scheduled and cancelled for every event.
class TimeoutModel : public EventHandler {
public:
    explicit TimeoutModel(std::int64_t pending) : handler_(simulator_.add_handler(*this)) {
        timeouts_.resize(static_cast<std::size_t>(pending));
        for (std::uint32_t i = 0; i < pending; ++i) schedule_next(SimTime{}, i);
    }

    double seconds_per_event(int events) {
        left_ = events;
        simulator_.hold();
        const double start = thread_cpu_seconds();
        simulator_.run();
        return (thread_cpu_seconds() - start) / events;
    }

    void handle(const Event& event, SimTime now) override {
        simulator_.cancel(timeouts_[event.a]);
        schedule_next(now, event.a);
        if (--left_ == 0)
            simulator_.release();
    }

private:
    void schedule_next(SimTime now, std::uint32_t entity) {
        const SimTime at = now + Duration{gaps_.next()};
        simulator_.schedule(at, Phase::kFinish, {.handler = handler_, .background = true, .a = entity});
        timeouts_[entity] = simulator_.schedule_cancellable(at + std::chrono::seconds{30}, Phase::kTimeout,
                                                            {.handler = handler_, .background = true});
    }

    Simulator simulator_;
    std::uint16_t handler_;
    std::vector<EventHandle> timeouts_;
    GapTable gaps_;
    int left_ = 0;
};

template <class Model>
void run_model(benchmark::State& state) {
    Model model(state.range(0));
    Yardstick yardstick;
    model.seconds_per_event(4 * kChunk);
    double ours = 0;
    double theirs = 0;
    for (auto _ : state) {
        const double seconds = model.seconds_per_event(kChunk);
        state.SetIterationTime(seconds * kChunk);
        ours += seconds;
        theirs += yardstick.seconds_per_hold(kChunk);
    }
    const auto chunks = static_cast<double>(state.iterations());
    state.counters["ns_per_event"] = ours / chunks * 1e9;
    state.counters["yardstick_ns"] = theirs / chunks * 1e9;
    state.counters["ratio"] = ours / theirs;
}

BENCHMARK(run_model<HoldModel>)->Name("hold")->Arg(1'000)->Arg(100'000)->UseManualTime();
BENCHMARK(run_model<TimeoutModel>)->Name("hold_with_timeout")->Arg(1'000)->Arg(100'000)->UseManualTime();

}  // namespace
}  // namespace spillway::bench
