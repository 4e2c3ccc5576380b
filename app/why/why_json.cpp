#include "app/why/why_json.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "app/why/band_text.hpp"
#include "app/why/causes.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

double at(SimTime time) { return to_seconds(time); }

Json by_class(const std::vector<std::uint32_t>& counts, const StoryNames& names) {
    Json json = Json::object();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0)
            json[names.classes[i]] = counts[i];
    }
    return json;
}

Json lag_json(const MetricLag& lag) {
    return {{"crossed_s", at(lag.crossed)},
            {"sampling_s", to_seconds(lag.sampling)},
            {"averaging_s", to_seconds(lag.averaging)},
            {"delay_s", to_seconds(lag.delay)},
            {"tick_s", to_seconds(lag.tick)},
            {"hold_s", to_seconds(lag.hold)},
            {"total_s", to_seconds(lag.total())}};
}

Json decision_json(const DecisionStory& decision) {
    static constexpr std::array<std::string_view, 9> kTriggers{
        "start", "tick", "unserved", "queue_age", "idle", "ready", "freed", "wake_at", "arrived"};
    return {
        {"at_s", at(decision.at)},         {"why", kTriggers[static_cast<std::size_t>(decision.why)]},
        {"rule", decision.rule},           {"observed", decision.observed},
        {"threshold", decision.threshold}, {"from", decision.before},
        {"to", decision.target},           {"lag", decision.lag ? lag_json(*decision.lag) : Json(nullptr)}};
}

std::string_view phase_key(StartPhase kind) {
    static constexpr std::array<std::string_view, kStartPhases> kKeys{
        "acquire", "pull", "container", "runtime", "weights", "graphs", "warmup"};
    return kKeys[static_cast<std::size_t>(kind)];
}

Json phase_json(const PhaseStory& phase) {
    static constexpr std::array<std::string_view, 5> kSources{"elsewhere", "host_disk", "host_memory",
                                                              "snapshot", "spared"};
    return {{"name", phase.name},
            {"kind", phase_key(phase.kind)},
            {"begin_s", at(phase.begin)},
            {"end_s", at(phase.end)},
            {"critical", phase.critical},
            {"source", kSources[static_cast<std::size_t>(phase.source)]},
            {"could_be_kept", phase.could_be_kept},
            {"contention_s", to_seconds(phase.contention())}};
}

Json start_json(const StartStory& start, const StoryNames& names) {
    Json path = Json::array();
    SimTime begin = start.ordered;
    for (const StartStretch& stretch : start.path) {
        path.push_back(
            {{"kind", phase_key(stretch.phase)}, {"begin_s", at(begin)}, {"end_s", at(stretch.end)}});
        begin = stretch.end;
    }
    Json phases = Json::array();
    for (const PhaseStory& phase : start.phases) phases.push_back(phase_json(phase));
    return {{"pool", names.pools[start.pool.value]},
            {"worker", start.worker.value},
            {"start", start.nth},
            {"rule", rule_of(start)},
            {"ordered_s", at(start.ordered)},
            {"began_s", start.began ? Json(at(*start.began)) : Json(nullptr)},
            {"ready_s", start.ready ? Json(at(*start.ready)) : Json(nullptr)},
            {"host", start.host ? Json(names.hosts[start.host->value]) : Json(nullptr)},
            {"critical_path", path},
            {"phases", phases},
            {"decision", start.decision ? decision_json(*start.decision) : Json(nullptr)}};
}

Json met_json(const MeetingStory& met, const StoryNames& names) {
    return {{"at_s", at(met.at)},
            {"pool", names.pools[met.pool.value]},
            {"workers", met.ready},
            {"slots", met.slots},
            {"free_slots", met.free_slots},
            {"workers_on_the_way", met.coming},
            {"waiting", met.waiting},
            {"at_limit", met.at_limit},
            {"waiting_by_class", by_class(met.waiting_by_class, names)}};
}

Json causes_json(const RequestStory& story) {
    const CauseTimes times = causes_of(story);
    Json json = Json::object();
    for (std::size_t i = 0; i < times.size(); ++i)
        json[std::string(cause_key(static_cast<Cause>(i))) + "_s"] = to_seconds(times[i]);
    return json;
}

Json story_json(const RequestStory& story, const StoryNames& names) {
    const RequestRecord& record = story.record;
    Json met = Json::array();
    for (const MeetingStory& one : story.met) met.push_back(met_json(one, names));
    Json json{{"request", record.origin},
              {"class", names.classes[record.class_id.value]},
              {"outcome", kOutcomeNames[static_cast<std::size_t>(record.outcome)]},
              {"reason", record.reason.empty() ? Json(nullptr) : Json(record.reason)},
              {"attempts", record.attempts},
              {"preemptions", record.preemptions},
              {"arrived_s", at(record.arrived)},
              {"delivered_s", at(record.delivered)},
              {"total_s", to_seconds(record.total())},
              {"causes", causes_json(story)},
              {"came_to", met},
              {"ahead_by_class", by_class(story.ahead, names)},
              {"assigned_s", story.assigned ? Json(at(*story.assigned)) : Json(nullptr)},
              {"pool", record.pool ? Json(names.pools[record.pool->value]) : Json(nullptr)},
              {"worker", record.worker ? Json(record.worker->value) : Json(nullptr)},
              {"start", story.start ? start_json(*story.start, names) : Json(nullptr)},
              {"relief", story.relief ? start_json(*story.relief, names) : Json(nullptr)}};
    const std::optional<Duration> at_once = story.wait_at_once();
    json["wait_at_once_s"] = at_once ? Json(to_seconds(*at_once)) : Json(nullptr);
    if (story.stage)
        json["stage"] = (*names.stages[record.class_id.value])[*story.stage];
    if (story.stages.empty())
        return json;
    Json stages = Json::array();
    for (const RequestStory& stage : story.stages) stages.push_back(story_json(stage, names));
    json["stages"] = stages;
    return json;
}

double mean(SummedTime sum, std::uint64_t count) {
    return count == 0 ? 0 : to_seconds(sum) / static_cast<double>(count);
}

Json rule_json(const std::string& rule, const RuleFigures& of) {
    const auto in = [&](SummedTime sum) { return mean(sum, of.with_lag); };
    Json lag{
        {"requests", of.with_lag}, {"sampling_s", in(of.sampling)}, {"averaging_s", in(of.averaging)},
        {"delay_s", in(of.delay)}, {"tick_s", in(of.tick)},         {"hold_s", in(of.hold)},
        {"total_s", in(of.lag())}, {"wait_s", in(of.wait)},         {"wait_at_once_s", in(of.wait_at_once)}};
    return {{"rule", rule},
            {"requests", of.requests},
            {"until_ordered_s", mean(of.until_ordered, of.requests)},
            {"start_s", mean(of.start, of.requests)},
            {"mean_lag", of.with_lag > 0 ? lag : Json(nullptr)}};
}

Json causes_json(const BandFindings& found) {
    const double total = to_seconds(found.total);
    Json json = Json::object();
    for (std::size_t i = 0; i < found.times.size(); ++i) {
        json[std::string(cause_key(static_cast<Cause>(i)))] = {
            {"mean_s", mean(found.times[i], found.requests)},
            {"share", total > 0 ? to_seconds(found.times[i]) / total : 0},
            {"requests", found.requests_with[i]}};
    }
    return json;
}

}  // namespace

std::string why_json(const RequestAnswer& answer) {
    return story_json(answer.story, answer.names).dump(2) + '\n';
}

std::string why_json(const BandAnswer& answer) {
    const BandFindings& found = answer.findings;
    Json rules = Json::array();
    for (const auto& [rule, figures] : found.rules) rules.push_back(rule_json(rule, figures));
    Json reliefs = Json::array();
    for (const auto& [rule, figures] : found.reliefs) reliefs.push_back(rule_json(rule, figures));
    Json typical = Json::array();
    for (const RequestStory& story : found.typical) typical.push_back(story_json(story, answer.names));
    const Json json{{"band", percentile_name(answer.band.percentile)},
                    {"class", answer.only ? Json(answer.names.classes[answer.only->value]) : Json(nullptr)},
                    {"from_s", to_seconds(answer.band.low)},
                    {"to_s", to_seconds(answer.band.high)},
                    {"requests", found.requests},
                    {"mean_s", mean(found.total, found.requests)},
                    {"causes", causes_json(found)},
                    {"waited_for_a_start", found.waited_for_start},
                    {"came_at_limit", found.at_limit},
                    {"rules", rules},
                    {"reliefs", reliefs},
                    {"contended_starts", found.contended},
                    {"mean_contention_s", mean(found.contention, found.contended)},
                    {"missed_host_caches", found.missed_cache},
                    {"came_back", found.came_back},
                    {"preempted", found.preempted},
                    {"preemptions", found.preemptions},
                    {"typical", typical}};
    return json.dump(2) + '\n';
}

}  // namespace spillway
