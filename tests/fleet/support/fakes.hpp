#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/rng.hpp"
#include "sim/fleet/fleet.hpp"

namespace spillway::testing {

/// Arrivals from a list.
class ListSource final : public RequestSource {
public:
    explicit ListSource(std::vector<Arrival> arrivals) : arrivals_(std::move(arrivals)) {}
    std::optional<SimTime> next_time() override {
        return next_ < arrivals_.size() ? std::optional(arrivals_[next_].at) : std::nullopt;
    }
    void pop(Arrival& arrival) override {
        arrival = arrivals_[next_];
        arrival.origin = next_++;
    }

private:
    std::vector<Arrival> arrivals_;
    std::size_t next_ = 0;
};

/// Requests at the given moments, each with its own service time.
inline std::vector<Arrival> arrivals_at(const std::vector<Duration>& times, Duration service) {
    std::vector<Arrival> list;
    for (const Duration time : times) {
        Arrival arrival;
        arrival.at = SimTime{time};
        arrival.service = service;
        list.push_back(arrival);
    }
    return list;
}

/// `count` Poisson arrivals with service times from a law of a uniform.
class PoissonSource final : public RequestSource {
public:
    using Law = std::function<double(double)>;
    PoissonSource(RunSeed seed, double rate, std::uint64_t count, Law service)
        : rate_(rate),
          left_(count),
          gaps_(StreamKey(seed, "test gaps"), 0),
          service_(std::move(service)),
          services_(StreamKey(seed, "test service"), 0) {
        advance();
    }
    std::optional<SimTime> next_time() override { return left_ > 0 ? std::optional(next_) : std::nullopt; }
    void pop(Arrival& arrival) override {
        arrival.at = next_;
        arrival.origin = ++origin_;
        arrival.service = from_seconds(service_(services_.uniform()));
        --left_;
        advance();
    }

private:
    void advance() { next_ += from_seconds(-std::log(gaps_.uniform()) / rate_); }

    double rate_;
    std::uint64_t left_;
    RandomStream gaps_;
    Law service_;
    RandomStream services_;
    SimTime next_;
    std::uint64_t origin_ = 0;
};

/// Serves each request for its own measured time, all that it holds in parallel.
class MeasuredService final : public ServiceModel {
public:
    void admit(const ServiceRequest& request, SimTime now) override {
        held_.push_back({now + request.measured.value(), now, request.slot});
    }
    void remove(RequestSlot slot, SimTime) override {
        SPILLWAY_CHECK(std::erase_if(held_, [&](const Held& held) { return held.slot == slot; }) == 1,
                       "a stranger");
    }
    std::optional<SimTime> next_change() override {
        if (held_.empty())
            return std::nullopt;
        SimTime next = held_.front().end;
        for (const Held& held : held_) next = std::min(next, held.end);
        return next;
    }
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        for (const Held& held : held_) {
            if (held.end <= now)
                ended.push_back({held.slot, held.begin, held.begin, held.end});
        }
        std::erase_if(held_, [&](const Held& held) { return held.end <= now; });
    }

private:
    struct Held {
        SimTime end;
        SimTime begin;
        RequestSlot slot;
    };
    std::vector<Held> held_;
};

class MeasuredServiceFactory final : public ServiceFactory {
public:
    std::unique_ptr<ServiceModel> make() const override { return std::make_unique<MeasuredService>(); }
    double best_rate(double mean_busy_seconds, int concurrency) const override {
        return concurrency / mean_busy_seconds;
    }
};

/// As MeasuredService, but a prompt above a limit does not fit: rejected as soon as it is looked at.
class PickyService final : public ServiceModel {
public:
    explicit PickyService(std::uint32_t limit) : limit_(limit) {}

    void admit(const ServiceRequest& request, SimTime now) override {
        if (request.input_tokens <= limit_) {
            served_.admit(request, now);
        } else {
            refused_.push_back({request.slot, now, now, now, true});
        }
    }
    void remove(RequestSlot slot, SimTime now) override {
        const auto of = [&](const ServiceEnd& end) { return end.slot == slot; };
        if (std::erase_if(refused_, of) == 0)
            served_.remove(slot, now);
    }
    std::optional<SimTime> next_change() override {
        return refused_.empty() ? served_.next_change() : std::optional(refused_.front().scheduled);
    }
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        ended.insert(ended.end(), refused_.begin(), refused_.end());
        refused_.clear();
        served_.advance(now, ended);
    }

private:
    std::uint32_t limit_;
    MeasuredService served_;
    std::vector<ServiceEnd> refused_;
};

class PickyServiceFactory final : public ServiceFactory {
public:
    explicit PickyServiceFactory(std::uint32_t limit) : limit_(limit) {}
    std::unique_ptr<ServiceModel> make() const override { return std::make_unique<PickyService>(limit_); }
    double best_rate(double mean_busy_seconds, int concurrency) const override {
        return concurrency / mean_busy_seconds;
    }

private:
    std::uint32_t limit_;
};

/// A start of phases with constant times, in series.
class SeriesStartup final : public StartupModel {
public:
    explicit SeriesStartup(std::vector<std::pair<StartPhase, Duration>> phases,
                           std::vector<std::uint64_t> failing = {})
        : phases_(std::move(phases)), failing_(std::move(failing)) {}

    void begin(const StartContext& context, SimTime now, StartListener& listener) override {
        Start start{context.start, now, 0, {}, std::count(failing_.begin(), failing_.end(), context.nth) > 0};
        SimTime end = now;
        for (const auto& [phase, time] : phases_) {
            end = phase == StartPhase::kAcquire && context.node_at_hand ? std::max(end, context.node_ready)
                                                                        : end + time;
            start.path.push_back({phase, end});
        }
        if (!phases_.empty())
            listener.start_reached(context.start, phases_.front().first);
        starts_.push_back(std::move(start));
    }
    void cancel(StartId id) override {
        SPILLWAY_CHECK(std::erase_if(starts_, [&](const Start& start) { return start.id == id; }) == 1,
                       "no start");
    }
    std::optional<SimTime> next_change() const override {
        std::optional<SimTime> next;
        for (const Start& start : starts_) {
            const SimTime end = start.done < start.path.size() ? start.path[start.done].end : start.begin;
            if (!next || end < *next)
                next = end;
        }
        return next;
    }
    void advance(SimTime now, StartListener& listener) override {
        for (Start& start : starts_) step(start, now, listener);
        std::erase_if(starts_, [](const Start& start) { return start.over; });
    }
    double mean_seconds() const override {
        Duration sum{0};
        for (const auto& phase : phases_) sum += phase.second;
        return to_seconds(sum);
    }

private:
    struct Start {
        StartId id;
        SimTime begin;
        std::size_t done;
        std::vector<StartStretch> path;
        bool fails;
        bool over = false;
    };
    static void step(Start& start, SimTime now, StartListener& listener) {
        while (start.done < start.path.size() && start.path[start.done].end <= now) {
            if (++start.done < start.path.size())
                listener.start_reached(start.id, start.path[start.done].phase);
        }
        if (start.done < start.path.size())
            return;
        start.over = true;
        if (start.fails) {
            listener.start_failed(start.id);
        } else {
            listener.start_ready(start.id, start.path);
        }
    }

    std::vector<std::pair<StartPhase, Duration>> phases_;
    std::vector<std::uint64_t> failing_;
    std::vector<Start> starts_;
};

/// A policy made of a function.
class ScriptedPolicy final : public ScalePolicy {
public:
    using Decide = std::function<ScaleDecision(const PoolView&, Trigger)>;
    ScriptedPolicy(Wakes wakes, Decide decide) : wakes_(wakes), decide_(std::move(decide)) {}
    Wakes wakes() const override { return wakes_; }
    ScaleDecision decide(const PoolView& view, Trigger why) override { return decide_(view, why); }

private:
    Wakes wakes_;
    Decide decide_;
};

inline std::unique_ptr<ScalePolicy> fixed(int workers) {
    Wakes wakes;
    wakes.live = true;
    return std::make_unique<ScriptedPolicy>(wakes, [workers](const PoolView&, Trigger) {
        ScaleDecision decision;
        decision.target = workers;
        decision.idle_reason = IdleReason::kHeadroom;
        return decision;
    });
}

/// Starts a worker for each request without a slot, stops one after `timeout` idle.
inline std::unique_ptr<ScalePolicy> scale_to_zero(Duration timeout) {
    Wakes wakes;
    wakes.live = true;
    wakes.unserved = true;
    wakes.idle_for = timeout;
    return std::make_unique<ScriptedPolicy>(wakes, [](const PoolView& view, Trigger why) {
        ScaleDecision decision;
        decision.target = view.present();
        if (why == Trigger::kIdle)
            decision.target -= view.idle_expired;
        if (why == Trigger::kUnserved) {
            const int wanted = (view.queued + view.in_flight + view.concurrency - 1) / view.concurrency;
            decision.target = std::max(decision.target, wanted);
        }
        return decision;
    });
}

/// A fleet of one pool and one class that tests fill in.
inline FleetSpec one_pool(std::unique_ptr<ScalePolicy> policy, int max_workers = 1000) {
    FleetSpec spec;
    spec.classes.emplace_back();
    spec.classes.back().name = "chat";
    PoolSpec& pool = spec.pools.emplace_back();
    pool.name = "gpu";
    pool.max_workers = max_workers;
    pool.service = std::make_unique<MeasuredServiceFactory>();
    pool.startup = std::make_unique<SeriesStartup>(std::vector<std::pair<StartPhase, Duration>>{});
    pool.scale = std::move(policy);
    return spec;
}

/// Keeps everything that a fleet tells.
class Log final : public RequestObserver, public UsageObserver, public DecisionObserver {
public:
    explicit Log(Fleet& fleet) {
        fleet.observe(static_cast<RequestObserver&>(*this));
        fleet.observe(static_cast<UsageObserver&>(*this));
        fleet.observe(static_cast<DecisionObserver&>(*this));
    }
    void request_ended(const RequestRecord& request) override { requests.push_back(request); }
    void worker_ended(const WorkerLife& life) override { lives.push_back(life); }
    void instance_ended(const InstanceLife& life) override { instances.push_back(life); }
    void decided(const DecisionRecord& decision) override { decisions.push_back(decision); }

    const RequestRecord& request(std::uint64_t origin) const {
        const auto found = std::find_if(requests.begin(), requests.end(), [&](const RequestRecord& request) {
            return request.origin == origin;
        });
        SPILLWAY_CHECK(found != requests.end(), "no such request ended");
        return *found;
    }

    std::vector<RequestRecord> requests;
    std::vector<WorkerLife> lives;
    std::vector<InstanceLife> instances;
    std::vector<DecisionRecord> decisions;
};

}  // namespace spillway::testing
