#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/registry.hpp"
#include "policies/scale/week.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kEntryParams{
    required_param("from", ParamKind::kText, "time of day, \"08:00\", on the scenario's wall clock"),
    default_param("days", ParamKind::kText, "daily", "daily, weekdays, weekends, or as in \"mon-thu,sat\""),
    required_param("workers", ParamKind::kCount, "how many from then on, until the next entry"),
};
constexpr std::array kScheduleParams{
    ParamSpec{"entries",
              ParamKind::kList,
              Presence::kRequired,
              {},
              "the times at which the number of workers changes",
              {},
              kEntryParams},
    optional_param("plus", ParamKind::kObject,
                   "a scale policy that adds workers on top; the schedule is then its minimum"),
    kDrainLimitParam,
};

/// From this second of the week on.
struct Step {
    std::int64_t second;
    int workers;
};

class Schedule final : public ScalePolicy {
public:
    /// Requires: steps ascending, at least one. `plus` may be empty.
    Schedule(std::vector<Step> steps, std::optional<Duration> drain_limit, std::unique_ptr<ScalePolicy> plus)
        : steps_(std::move(steps)), drain_limit_(drain_limit), plus_(std::move(plus)) {}

    Wakes wakes() const override {
        if (plus_)
            return plus_->wakes();
        Wakes wakes;
        wakes.live = true;  // it reads no metrics: none need to be sampled
        return wakes;
    }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        const std::int64_t second = second_of_week(view.wall_clock);
        const auto next =
            std::upper_bound(steps_.begin(), steps_.end(), second,
                             [](std::int64_t at, const Step& step) { return at < step.second; });
        // Before the week's first step, its last one still holds.
        const int scheduled = next == steps_.begin() ? steps_.back().workers : std::prev(next)->workers;
        const std::int64_t boundary =
            next == steps_.end() ? steps_.front().second + kSecondsOfWeek : next->second;

        ScaleDecision decision = plus_ ? with_plus(view, why, scheduled) : alone(view, scheduled);
        const SimTime change =
            std::chrono::floor<std::chrono::seconds>(view.now) + std::chrono::seconds{boundary - second};
        decision.wake_at = decision.wake_at ? std::min(*decision.wake_at, change) : change;
        return decision;
    }

private:
    ScaleDecision alone(const PoolView& view, int scheduled) const {
        ScaleDecision decision;
        decision.target = scheduled;
        decision.victims = VictimOrder::kIdleThenBusy;
        decision.drain_limit = drain_limit_;
        decision.idle_reason = IdleReason::kHeadroom;
        set_rule(decision, view, scheduled);
        return decision;
    }

    ScaleDecision with_plus(const PoolView& view, Trigger why, int scheduled) const {
        PoolView raised = view;
        raised.min_workers = std::max(view.min_workers, scheduled);
        ScaleDecision decision = plus_->decide(raised, why);
        if (decision.target == raised.min_workers && view.present() < scheduled)
            set_rule(decision, view, scheduled);
        return decision;
    }

    static void set_rule(ScaleDecision& decision, const PoolView& view, int scheduled) {
        decision.rule = "scheduled number of workers";
        decision.observed = view.present();
        decision.threshold = scheduled;
    }

    std::vector<Step> steps_;
    std::optional<Duration> drain_limit_;
    std::unique_ptr<ScalePolicy> plus_;
};

void read_entry(const ConfigNode& node, const PoolFacts& pool, std::vector<Step>& steps) {
    ParamReader reader(node, kEntryParams);
    const std::string from = reader.text("from");
    const std::string days = reader.text("days");
    const int workers = read_workers(reader, "workers", pool);
    reader.finish();
    const auto time = parse_time_of_day(from);
    if (!time) {
        throw InputError(reader.where("from"), fmt::format("\"{}\" is no time of day", from),
                         "from \"00:00\" to \"23:59\"");
    }
    const auto weekdays = parse_weekdays(days);
    if (!weekdays) {
        throw InputError(reader.where("days"), fmt::format("\"{}\" names no weekdays", days),
                         "daily, weekdays, weekends, or as in \"mon-thu,sat\"");
    }
    for (std::size_t day = 0; day < weekdays->size(); ++day) {
        if (weekdays->test(day))
            steps.push_back({static_cast<std::int64_t>(day) * kSecondsOfDay + *time, workers});
    }
}

std::vector<Step> read_steps(const ConfigNode& list, const PoolFacts& pool) {
    std::vector<Step> steps;
    for (const ConfigNode& node : list.items()) read_entry(node, pool, steps);
    if (steps.empty())
        throw InputError(list.where(), "a schedule needs at least one entry");
    std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.second < b.second; });
    const auto twice = std::adjacent_find(steps.begin(), steps.end(),
                                          [](const Step& a, const Step& b) { return a.second == b.second; });
    if (twice != steps.end()) {
        throw InputError(list.where(), "two entries begin at the same time of the same day");
    }
    return steps;
}

std::unique_ptr<ScalePolicy> read_schedule(ParamReader& reader, const PolicyContext& context) {
    std::vector<Step> steps = read_steps(*reader.node("entries"), context.own_pool());
    const auto drain_limit = reader.optional_duration("drain_limit");
    const ConfigNode* plus = reader.node("plus");
    if (plus != nullptr && drain_limit) {
        throw InputError(reader.where("drain_limit"), "with plus, that policy says who stops",
                         "leave it out");
    }
    return std::make_unique<Schedule>(std::move(steps), drain_limit,
                                      plus ? make_scale_policy(*plus, context) : nullptr);
}

}  // namespace

ScalePolicyEntry schedule_entry() {
    return {"schedule", "A number of workers by time of day and weekday.", kScheduleParams, read_schedule};
}

}  // namespace spillway
