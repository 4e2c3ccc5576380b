#include "app/learn/engine_replay.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "models/llm/batch_engine.hpp"
#include "sim/core/check.hpp"
#include "sim/core/rng.hpp"

namespace spillway {
namespace {

/// One worker's requests against its engine.
class Worker {
public:
    Worker(const ObservedRun& run, std::vector<std::uint32_t> own, const EngineSetup& setup,
           std::vector<ReplayedRequest>& replayed)
        : run_(run), own_(std::move(own)), engine_(setup, nullptr), replayed_(replayed) {
        sent_at_.resize(own_.size());
    }

    /// Whatever becomes of those before, as far as `most` allows (0: always).
    void play(const std::vector<SimTime>& arrivals, std::uint32_t most) {
        while (sent_ < own_.size()) {
            const auto next = engine_.next_change();
            const bool full = most != 0 && under_way_ >= most;
            const SimTime due = std::max(arrivals[sent_], now_);
            if (next && (full || *next <= due)) {
                advance(*next);
            } else {
                SPILLWAY_CHECK(!full, "a replay stood still");
                send(due);
            }
        }
        while (const auto next = engine_.next_change()) advance(*next);
    }

private:
    void send(SimTime now) {
        const ObservedRequest& observed = run_.requests[own_[sent_]];
        ServiceRequest request;
        request.slot = RequestSlot{static_cast<std::uint32_t>(sent_)};
        request.origin = sent_;
        request.input_tokens = observed.input;
        request.output_tokens = request.max_tokens = observed.output;
        sent_at_[sent_] = now_ = now;
        ++sent_;
        ++under_way_;
        engine_.admit(request, now);
    }

    void advance(SimTime now) {
        ended_.clear();
        engine_.advance(now, ended_);
        now_ = now;
        for (const ServiceEnd& end : ended_) {
            SPILLWAY_CHECK(!end.rejected && end.tokens_cut == 0, "a replayed request does not fit");
            const std::uint32_t which = own_[end.slot.value];
            const std::uint32_t output = run_.requests[which].output;
            replayed_[which].ttft = to_seconds(end.first_token - sent_at_[end.slot.value]);
            if (output > 1)
                replayed_[which].tpot = to_seconds(end.last_token - end.first_token) / (output - 1);
            --under_way_;
        }
    }

    const ObservedRun& run_;
    std::vector<std::uint32_t> own_;  // numbers of its requests, in the order in which they come
    BatchEngine engine_;
    std::vector<ReplayedRequest>& replayed_;
    std::vector<SimTime> sent_at_;
    std::vector<ServiceEnd> ended_;
    std::size_t sent_ = 0;
    std::uint32_t under_way_ = 0;
    SimTime now_{};
};

std::vector<std::vector<std::uint32_t>> by_worker(const ObservedRun& run) {
    std::vector<std::vector<std::uint32_t>> workers;
    for (std::uint32_t i = 0; i < run.requests.size(); ++i) {
        const std::uint32_t worker = run.requests[i].worker;
        if (worker >= workers.size())
            workers.resize(worker + 1);
        workers[worker].push_back(i);
    }
    return workers;
}

/// Poisson arrivals are the same draws for every engine that is tried.
std::vector<SimTime> poisson_arrivals(std::size_t count, double rate) {
    RandomStream stream(StreamKey(RunSeed{}, "learn/rate"), 0);
    std::vector<SimTime> arrivals;
    double at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        arrivals.push_back(SimTime{} + from_seconds(at));
        at -= std::log(stream.uniform()) / rate;
    }
    return arrivals;
}

std::vector<SimTime> arrivals_of(const ObservedRun& run, const std::vector<std::uint32_t>& own) {
    switch (run.load) {
        case LoadKind::kClients:
            return std::vector<SimTime>(own.size());
        case LoadKind::kRate:
            return poisson_arrivals(own.size(), run.rate);
        case LoadKind::kRecorded:
            break;
    }
    std::vector<SimTime> arrivals;
    arrivals.reserve(own.size());
    for (const std::uint32_t i : own) arrivals.push_back(SimTime{} + from_seconds(*run.requests[i].at));
    return arrivals;
}

}  // namespace

EngineSetup replay_setup(const ReplayEngine& engine, const EmpiricalStep& step) {
    EngineSetup setup{engine.rules, empirical_step_time(step, engine.expert_share, engine.rules), {}};
    setup.rules.request_overhead = from_seconds(step.request);
    return setup;
}

std::vector<ReplayedRequest> replay(const ObservedRun& run, const EngineSetup& setup) {
    std::vector<ReplayedRequest> replayed(run.requests.size());
    for (std::vector<std::uint32_t>& own : by_worker(run)) {
        const std::vector<SimTime> arrivals = arrivals_of(run, own);
        Worker(run, std::move(own), setup, replayed)
            .play(arrivals, run.load == LoadKind::kRecorded ? 0 : run.clients);
    }
    return replayed;
}

}  // namespace spillway
