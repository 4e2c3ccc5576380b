#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/fleet/startup_model.hpp"

namespace spillway::testing {

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
    void cancel(StartId id, SimTime) override {
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

}  // namespace spillway::testing
