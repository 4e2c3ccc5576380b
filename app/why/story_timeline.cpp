#include "app/why/story_timeline.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/report/format.hpp"

namespace spillway {
namespace {

/// Events with their times, told in that order.
class StoryTimeline {
public:
    void add(SimTime at, std::string what) { events_.emplace_back(at, std::move(what)); }
    std::string text() {
        std::stable_sort(events_.begin(), events_.end(),
                         [](const auto& one, const auto& other) { return one.first < other.first; });
        std::string text = "  how it came\n";
        for (const auto& [at, what] : events_) text += fmt::format("  {:>14}  {}\n", show_at(at), what);
        return text;
    }

private:
    std::vector<std::pair<SimTime, std::string>> events_;
};

std::string met_words(const MeetingStory& met, const StoryNames& names) {
    std::string text =
        fmt::format("came to pool {}: {} of {} slots free on {}", names.pools[met.pool.value], met.free_slots,
                    met.slots, show_counted(static_cast<std::uint64_t>(met.ready), "worker"));
    text += met.waiting == 0 ? std::string(", nobody waiting") : fmt::format(", {} waiting", met.waiting);
    if (met.coming > 0)
        text +=
            fmt::format(", {} on the way", show_counted(static_cast<std::uint64_t>(met.coming), "worker"));
    return met.at_limit ? text + "; the pool at its limit" : text;
}

void tell_decision(const DecisionStory& decision, StoryTimeline& timeline) {
    if (decision.lag && decision.lag->total() > Duration::zero()) {
        timeline.add(decision.lag->crossed,
                     fmt::format("the figure of \"{}\" passed {:g}", decision.rule, decision.threshold));
    }
    timeline.add(decision.at,
                 fmt::format("the policy looked ({}): \"{}\" saw {:g}, threshold {:g}: from {} to {}",
                             trigger_words(decision.why), decision.rule, decision.observed,
                             decision.threshold, decision.before, decision.target));
}

std::string order_words(const StartStory& start, const StoryNames& names) {
    std::string what = fmt::format("worker {} of pool {} was ordered (start {})", start.worker.value,
                                   names.pools[start.pool.value], start.nth);
    switch (start.cause) {
        case StartCause::kRequest:
            return what + ", one start a request";
        case StartCause::kRollout:
            return what + ", of a new version";
        case StartCause::kDecision:
        case StartCause::kOpening:
            break;
    }
    return what;
}

void tell_start(const StartStory& start, SimTime until, const StoryNames& names, StoryTimeline& timeline) {
    if (start.decision)
        tell_decision(*start.decision, timeline);
    timeline.add(start.ordered, order_words(start, names));
    if (start.began && *start.began > start.ordered)
        timeline.add(*start.began, fmt::format("its start began, after {} without a place",
                                               show(*start.began - start.ordered)));
    timeline.add(start.ready.value_or(until), fmt::format("worker {} {}", start.worker.value,
                                                          start.ready ? "was ready" : "was still to come"));
}

}  // namespace

std::string timeline_text(const RequestStory& story, const StoryNames& names) {
    const RequestRecord& record = story.record;
    StoryTimeline timeline;
    if (record.part(LatencyPart::kLost) > Duration::zero())
        timeline.add(record.arrived, fmt::format("sent first; {} of it came to nothing",
                                                 show(record.part(LatencyPart::kLost))));
    for (const MeetingStory& met : story.met) timeline.add(met.at, met_words(met, names));
    const std::string ahead = counts_text(story.ahead, names);
    if (!ahead.empty())
        timeline.add(story.met.back().at, "stood behind " + ahead);
    const bool waited = !story.met.empty() && story.wait() > Duration::zero();
    if (waited && !story.start && !story.relief)
        timeline.add(story.met.back().at, "no other worker was on its way, then or while it waited");
    if (const std::optional<StartStory>& start = story.start ? story.start : story.relief)
        tell_start(*start, story.assigned.value_or(record.delivered), names, timeline);
    if (story.assigned && story.completed()) {
        timeline.add(*story.assigned, fmt::format("got a slot of worker {} in pool {}{}",
                                                  record.worker->value, names.pools[record.pool->value],
                                                  story.start ? "" : ", which was there when it came"));
    }
    if (record.preemptions > 0) {
        timeline.add(record.delivered,
                     fmt::format("its engine had preempted it {}", show_counted(record.preemptions, "time")));
    }
    timeline.add(record.delivered, story.completed() ? "delivered" : std::string(record.reason));
    return timeline.text();
}

std::string_view trigger_words(Trigger why) noexcept {
    switch (why) {
        case Trigger::kStart:
            return "at the start";
        case Trigger::kTick:
            return "a tick";
        case Trigger::kUnserved:
            return "a request without a slot";
        case Trigger::kQueueAge:
            return "a request had waited long";
        case Trigger::kIdle:
            return "an idle worker";
        case Trigger::kReady:
            return "a worker turned ready";
        case Trigger::kFreed:
            return "a slot was freed";
        case Trigger::kWakeAt:
            return "at a time of its own";
        case Trigger::kArrived:
            return "a request came";
    }
    return {};
}

std::string counts_text(const std::vector<std::uint32_t>& by_class, const StoryNames& names) {
    std::string text;
    for (std::size_t i = 0; i < by_class.size(); ++i) {
        if (by_class[i] > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", by_class[i], names.classes[i]);
    }
    return text;
}

std::string show_at(SimTime at) { return fmt::format("{:.3f} s", to_seconds(at)); }

}  // namespace spillway
