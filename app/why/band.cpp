#include "app/why/band.hpp"

#include <algorithm>
#include <cmath>

#include "sim/metrics/log_bins.hpp"

namespace spillway {
namespace {

constexpr std::uint32_t kHalfPercent = 5'000;  // in millionths

double distance(const RequestRecord& request, const std::array<double, kLatencyParts>& mean) {
    double sum = 0;
    for (std::size_t i = 0; i < mean.size(); ++i) sum += std::abs(to_seconds(request.parts[i]) - mean[i]);
    return sum;
}

}  // namespace

bool Band::holds(Duration total) const {
    if (exact)
        return low <= total && total <= high;
    return bin_of(low) <= bin_of(total) && bin_of(total) <= bin_of(high);
}

void BandFinder::request_ended(const RequestRecord& request) {
    if (!request.measured || request.outcome != Outcome::kCompleted || (only_ && request.class_id != *only_))
        return;
    parts_.add(request.parts, request.total());
}

std::optional<Band> BandFinder::find(Quantile percentile) const {
    if (parts_.count() == 0)
        return std::nullopt;
    const Quantile from{percentile.millionths - kHalfPercent};
    const Quantile to{percentile.millionths + kHalfPercent};
    const QuantileSketch totals = parts_.totals();
    return Band{percentile, *totals.quantile(from), *totals.quantile(to), parts_.count() < kExactBelow,
                parts_.band(from, to).mean_seconds};
}

std::string rule_of(const StartStory& start) {
    switch (start.cause) {
        case StartCause::kDecision:
            return start.decision ? start.decision->rule : std::string();
        case StartCause::kRequest:
            return "one start a request";
        case StartCause::kRollout:
            return "a new version";
        case StartCause::kOpening:
            break;
    }
    return "opening size";
}

void BandFold::add(const RequestStory& story) {
    const RequestRecord& record = story.record;
    if (!story.completed() || (only_ && record.class_id != *only_) || !band_.holds(record.total()))
        return;
    ++findings_.requests;
    findings_.total += record.total();
    findings_.came_back += record.requeues > 0 ? 1 : 0;
    findings_.preempted += record.preemptions > 0 ? 1 : 0;
    findings_.preemptions += record.preemptions;
    const CauseTimes times = causes_of(story);
    for (std::size_t i = 0; i < times.size(); ++i) {
        findings_.times[i] += times[i];
        findings_.requests_with[i] += times[i] > Duration::zero() ? 1 : 0;
    }
    findings_.at_limit += !story.met.empty() && story.met.front().at_limit && story.wait() > Duration::zero();
    if (story.start)
        add_start(story);
    else if (story.relief)
        add_rule(findings_.reliefs[rule_of(*story.relief)], story, *story.relief);
    add_typical(story);
}

void BandFold::add_start(const RequestStory& story) {
    ++findings_.waited_for_start;
    Duration contention{0};
    bool missed = false;
    for (const PhaseStory& phase : story.start->phases) {
        contention += phase.critical ? phase.contention() : Duration::zero();
        missed |= phase.could_be_kept && phase.source == PhaseSource::kElsewhere;
    }
    findings_.contended += contention > Duration::zero() ? 1 : 0;
    findings_.contention += contention;
    findings_.missed_cache += missed ? 1 : 0;
    add_rule(findings_.rules[rule_of(*story.start)], story, *story.start);
}

void BandFold::add_rule(RuleFigures& rule, const RequestStory& story, const StartStory& start) {
    ++rule.requests;
    rule.until_ordered += story.until_ordered();
    rule.start += story.record.part(LatencyPart::kColdStart) + story.record.part(LatencyPart::kLoad);
    if (!start.decision || !start.decision->lag)
        return;
    const MetricLag& lag = *start.decision->lag;
    ++rule.with_lag;
    rule.wait += story.wait();
    rule.wait_at_once += story.wait_at_once().value_or(story.wait());
    rule.sampling += lag.sampling;
    rule.averaging += lag.averaging;
    rule.delay += lag.delay;
    rule.tick += lag.tick;
    rule.hold += lag.hold;
}

/// Among equals the one that ended first.
void BandFold::add_typical(const RequestStory& story) {
    const double away = distance(story.record, band_.mean_seconds);
    const auto place = std::upper_bound(distances_.begin(), distances_.end(), away) - distances_.begin();
    if (place == static_cast<std::ptrdiff_t>(BandFindings::kTypical))
        return;
    distances_.insert(distances_.begin() + place, away);
    findings_.typical.insert(findings_.typical.begin() + place, story);
    if (distances_.size() > BandFindings::kTypical) {
        distances_.pop_back();
        findings_.typical.pop_back();
    }
}

}  // namespace spillway
