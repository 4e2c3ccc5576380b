#include "app/why/story_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/why/causes.hpp"
#include "app/why/story_timeline.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {
namespace {

std::string_view phase_word(StartPhase kind) {
    static constexpr std::array<std::string_view, kStartPhases> kWords{
        "acquire", "pull", "container", "runtime", "weights", "graphs", "warm-up"};
    return kWords[static_cast<std::size_t>(kind)];
}

std::string title(const RequestStory& story, const StoryNames& names) {
    const RequestRecord& record = story.record;
    const std::string& of_class = names.classes[record.class_id.value];
    if (!story.stage)
        return fmt::format("Request {} of class {}", record.origin, of_class);
    return fmt::format("Stage {}", (*names.stages[record.class_id.value])[*story.stage]);
}

std::string answer(const RequestStory& story, const StoryNames& names) {
    const RequestRecord& record = story.record;
    if (!story.completed()) {
        return fmt::format("{} was {} after {}: {}.\n", title(story, names),
                           record.outcome == Outcome::kTimedOut
                               ? "timed out"
                               : kOutcomeNames[static_cast<std::size_t>(record.outcome)],
                           show(record.total()), record.reason);
    }
    const CauseTimes times = causes_of(story);
    const auto most = std::max_element(times.begin(), times.end());
    const double share =
        record.total() == Duration::zero() ? 0 : to_seconds(*most) / to_seconds(record.total());
    return fmt::format("{} took {}, most of it {} ({}, {}).\n", title(story, names), show(record.total()),
                       cause_name(static_cast<Cause>(most - times.begin())), show(*most), show_share(share));
}

std::string cause_table(const RequestStory& story) {
    const CauseTimes times = causes_of(story);
    const double total = to_seconds(story.record.total());
    TextTable table({"where the time went", "time", "share"});
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (times[i] == Duration::zero())
            continue;
        table.add({std::string(cause_name(static_cast<Cause>(i))), show(times[i]),
                   show_share(to_seconds(times[i]) / total)});
    }
    table.add({"total", show(story.record.total()), ""});
    return table.text();
}

std::string phase_note(const PhaseStory& phase) {
    if (phase.contention() > Duration::zero())
        return fmt::format("{} of it others had its links", show(phase.contention()));
    switch (phase.source) {
        case PhaseSource::kHostDisk:
            return "from its host's disk";
        case PhaseSource::kHostMemory:
            return "from its host's memory";
        case PhaseSource::kSnapshot:
            return "restored from a snapshot";
        case PhaseSource::kSpared:
            return "spared by a snapshot";
        case PhaseSource::kElsewhere:
            break;
    }
    return phase.could_be_kept ? "its host had not kept it" : "";
}

std::string phase_table(const StartStory& start, const StoryNames& names) {
    const std::string on = start.host ? " on host " + names.hosts[start.host->value] : "";
    TextTable table({fmt::format("start {}{}", start.nth, on), "began", "took", "critical", ""}, {0, 4});
    if (start.began && *start.began > start.ordered)
        table.add(
            {"waiting for a place", show_at(start.ordered), show(*start.began - start.ordered), "yes", ""});
    for (const PhaseStory& phase : start.phases) {
        table.add({phase.name, show_at(phase.begin), show(phase.end - phase.begin),
                   phase.critical ? "yes" : "", phase_note(phase)});
    }
    if (!start.phases.empty())
        return table.text();
    SimTime begin = start.ordered;
    for (const StartStretch& stretch : start.path) {
        table.add(
            {std::string(phase_word(stretch.phase)), show_at(begin), show(stretch.end - begin), "yes", ""});
        begin = stretch.end;
    }
    return table.text();
}

std::string lag_table(const MetricLag& lag) {
    TextTable table({"the decision's lag", "time"});
    const std::array<std::pair<const char*, Duration>, 5> parts{
        {{"until it was sampled", lag.sampling},
         {"until the average showed it", lag.averaging},
         {"metrics' delay", lag.delay},
         {"until the policy looked", lag.tick},
         {"until it acted", lag.hold}}};
    for (const auto& [name, time] : parts) {
        if (time > Duration::zero())
            table.add({name, show(time)});
    }
    table.add({"total", show(lag.total())});
    return table.text();
}

std::string lag_text(const RequestStory& story, const StartStory& start) {
    if (!start.decision || !start.decision->lag)
        return {};
    const MetricLag& lag = *start.decision->lag;
    if (lag.total() == Duration::zero())
        return "\n  The decision came as soon as its figure had passed the threshold.\n";
    const std::string table = '\n' + lag_table(lag) + '\n';
    if (const std::optional<Duration> at_once = story.wait_at_once()) {
        return table + fmt::format(
                           "  Had the decision come at once, the wait for a slot would have been {} in "
                           "place of {}, all else being equal.\n",
                           show(*at_once), show(story.wait()));
    }
    return table +
           fmt::format("  Had the decision come at once, that worker would have been there {} sooner.\n",
                       show(lag.total()));
}

}  // namespace

std::string story_text(const RequestStory& story, const StoryNames& names) {
    std::string text = answer(story, names) + '\n' + cause_table(story);
    if (story.stages.empty())
        text += '\n' + timeline_text(story, names);
    if (const std::optional<StartStory>& start = story.start ? story.start : story.relief) {
        if (start->ready)
            text += '\n' + phase_table(*start, names);
        text += lag_text(story, *start);
    }
    for (const RequestStory& stage : story.stages) text += '\n' + story_text(stage, names);
    return text;
}

}  // namespace spillway
