#pragma once
// A fleet that has run to its end, with what it told; and the words that timelines are written in.

#include <memory>
#include <utility>
#include <vector>

#include "tests/fleet/support/fakes.hpp"

namespace spillway::testing {

/// A request of class `class_id` at `time` that is served for `service`.
inline Arrival request_at(Duration time, Duration service, std::uint32_t class_id = 0) {
    Arrival arrival;
    arrival.at = SimTime{time};
    arrival.service = service;
    arrival.class_id = {class_id};
    return arrival;
}

using Phases = std::vector<std::pair<StartPhase, Duration>>;

inline std::unique_ptr<StartupModel> startup(Phases phases, std::vector<std::uint64_t> failing = {}) {
    return std::make_unique<SeriesStartup>(std::move(phases), std::move(failing));
}

/// Constant times on the way.
class ConstantPath final : public PathModel {
public:
    enum class Post { kHoldsSlot, kFreesSlot };
    struct Times {
        Duration in{0};
        Duration take_up{0};
        Duration post{0};
        Duration out{0};
    };
    ConstantPath(Times times, Post post) : times_(times), post_(post) {}
    Duration gateway_in(std::uint64_t, std::uint32_t) const override { return times_.in; }
    Duration take_up(std::uint64_t, std::uint32_t) const override { return times_.take_up; }
    Duration post(std::uint64_t, std::uint32_t, std::uint32_t) const override { return times_.post; }
    Duration gateway_out(std::uint64_t, std::uint32_t) const override { return times_.out; }
    bool post_holds_slot() const noexcept override { return post_ == Post::kHoldsSlot; }
    bool is_free() const noexcept override { return false; }

private:
    Times times_;
    Post post_;
};

/// A policy that asks for `sizes` at the given moments, and is never woken otherwise.
inline std::unique_ptr<ScalePolicy> scheduled(std::vector<std::pair<Duration, int>> sizes,
                                              VictimOrder victims = VictimOrder::kIdleThenBusy,
                                              std::optional<Duration> drain_limit = std::nullopt) {
    Wakes wakes;
    wakes.live = true;
    return std::make_unique<ScriptedPolicy>(wakes, [=](const PoolView& view, Trigger) {
        ScaleDecision decision;
        decision.victims = victims;
        decision.drain_limit = drain_limit;
        for (const auto& [at, size] : sizes) {
            if (SimTime{at} <= view.now) {
                decision.target = size;
            } else if (!decision.wake_at) {
                decision.wake_at = SimTime{at};
            }
        }
        return decision;
    });
}

/// A policy woken by `wakes` that notes why and when, and asks for what `decide` says.
struct Diary {
    std::vector<std::pair<Trigger, SimTime>> calls;
    std::vector<PoolView> views;
};
inline std::unique_ptr<ScalePolicy> noted(Wakes wakes, Diary& diary,
                                          std::function<int(const PoolView&, Trigger)> target) {
    return std::make_unique<ScriptedPolicy>(wakes, [&diary, target](const PoolView& view, Trigger why) {
        diary.calls.emplace_back(why, view.now);
        diary.views.push_back(view);
        ScaleDecision decision;
        decision.target = target(view, why);
        return decision;
    });
}

/// When the policy was called for `why`.
inline std::vector<SimTime> times(const Diary& diary, Trigger why) {
    std::vector<SimTime> list;
    for (const auto& [trigger, at] : diary.calls) {
        if (trigger == why)
            list.push_back(at);
    }
    return list;
}

/// A pool of so many workers from the start on, whose policy notes what it is called for.
inline FleetSpec watched(Wakes wakes, Diary& diary, int workers,
                         Duration horizon = std::chrono::seconds{20}) {
    FleetSpec spec = one_pool(noted(wakes, diary, [workers](const PoolView& view, Trigger why) {
        return why == Trigger::kStart ? workers : view.present();
    }));
    spec.horizon = SimTime{horizon};
    return spec;
}

struct Run {
    Run(FleetSpec spec, std::vector<Arrival> arrivals)
        : source(std::move(arrivals)), fleet(std::move(spec), source), log(fleet) {
        fleet.run();
    }
    const RequestRecord& request(std::uint64_t origin) const { return log.request(origin); }
    Duration part(std::uint64_t origin, LatencyPart part) const { return request(origin).part(part); }
    Duration total(std::uint64_t origin) const { return request(origin).total(); }
    const PoolUsage& usage(std::uint32_t pool = 0) const { return fleet.usage({pool}); }
    SummedTime in_state(WorkerState state, std::uint32_t pool = 0) const {
        return usage(pool).state_time[static_cast<std::size_t>(state)];
    }

    ListSource source;
    Fleet fleet;
    Log log;
};

}  // namespace spillway::testing
