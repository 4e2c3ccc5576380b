#include "app/why/metric_track.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr std::size_t kKept = 3600;

Wakes without_delay(Wakes wakes) {
    wakes.lag = Duration::zero();
    return wakes;
}

/// The lowest count above `threshold`.
std::int64_t level_above(double threshold) { return static_cast<std::int64_t>(std::floor(threshold)) + 1; }

double figure_in(const PoolMetrics& metrics, LoadFigure figure) {
    switch (figure) {
        case LoadFigure::kQueued:
            return metrics.queued;
        case LoadFigure::kInFlight:
            return metrics.in_flight;
        case LoadFigure::kOpen:
            return metrics.queued + metrics.in_flight;
        case LoadFigure::kArrivalRate:
            return metrics.arrival_rate;
        case LoadFigure::kNone:
            break;
    }
    return 0;
}

bool is_same(double one, double other) {
    return std::abs(one - other) <= 1e-9 * std::max(1.0, std::abs(one));
}

}  // namespace

void CountTrack::held(int value, SimTime until) {
    if (since_ == until)
        return;  // it was never seen: other changes of the same instant followed
    const SimTime since = since_.value_or(until);
    if (value > value_) {
        if (risen_.size() <= static_cast<std::size_t>(value))
            risen_.resize(static_cast<std::size_t>(value) + 1);
        std::fill(risen_.begin() + value_ + 1, risen_.begin() + value + 1, since);
    }
    value_ = value;
    since_ = until;
}

std::optional<SimTime> CountTrack::rose_above(double threshold) const {
    const std::int64_t level = level_above(threshold);
    if (level <= 0 || level >= static_cast<std::int64_t>(risen_.size()))
        return std::nullopt;
    return risen_[static_cast<std::size_t>(level)];
}

std::vector<SimTime> CountTrack::rises(int low, int high) const {
    if (high <= low)
        return {};
    return {risen_.begin() + low + 1, risen_.begin() + high + 1};
}

MetricTrack::MetricTrack(const Wakes& wakes)
    : wakes_(wakes),
      window_(without_delay(wakes)),
      window_samples_(
          static_cast<std::size_t>(std::max<std::int64_t>(1, wakes.window / wakes.sample_period))),
      delay_samples_(
          static_cast<std::size_t>((wakes.lag + wakes.sample_period - Duration{1}) / wakes.sample_period)) {}

void MetricTrack::load_held(int waiting, int in_flight, SimTime until) {
    counts_[kWaiting].held(waiting, until);
    counts_[kRunning].held(in_flight, until);
    counts_[kBoth].held(waiting + in_flight, until);
}

void MetricTrack::sampled(const MetricWindow::Sample& sample, SimTime at) {
    load_held(sample.queued_then, sample.in_flight_then, at);
    window_.add(sample);
    const std::array<int, 3> before = samples_.empty() ? std::array<int, 3>{} : samples_.back().counts;
    Sampled& entry = samples_.emplace_back();
    entry.at = at;
    entry.mean = window_.averages();
    entry.short_mean = window_.short_averages();
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        entry.counts[i] = counts_[i].value();
        entry.rises[i] = counts_[i].rises(before[i], entry.counts[i]);
    }
    if (samples_.size() > kKept + window_samples_ + delay_samples_) {
        samples_.pop_front();
        ++forgotten_;
    }
}

void MetricTrack::looked(Trigger why, int waiting, int in_flight, SimTime at) {
    load_held(waiting, in_flight, at);
    // A policy with a clock of its own reads its metrics by that, whatever else wakes it.
    is_look_ = wakes_.live || !wakes_.tick || why == Trigger::kTick || why == Trigger::kWakeAt;
    if (!is_look_)
        return;
    const std::size_t taken = forgotten_ + samples_.size();
    looks_.push_back(
        {at, taken > delay_samples_ ? taken - delay_samples_ : 0, {waiting, in_flight, waiting + in_flight}});
    if (looks_.size() > kKept)
        looks_.pop_front();
}

std::optional<MetricTrack::Count> MetricTrack::count_of(LoadFigure figure) noexcept {
    switch (figure) {
        case LoadFigure::kQueued:
            return kWaiting;
        case LoadFigure::kInFlight:
            return kRunning;
        case LoadFigure::kOpen:
            return kBoth;
        case LoadFigure::kArrivalRate:
        case LoadFigure::kNone:
            break;
    }
    return std::nullopt;
}

double MetricTrack::seen(const ScaleDecision& decision, std::size_t sample) const {
    const std::optional<Count> count = count_of(decision.figure);
    switch (decision.seen) {
        case FigureSeen::kMean:
            return figure_in(at(sample).mean, decision.figure);
        case FigureSeen::kShortMean:
            return figure_in(at(sample).short_mean, decision.figure);
        case FigureSeen::kAsIs:
            break;
    }
    return count ? at(sample).counts[*count] : 0;
}

double MetricTrack::seen(const ScaleDecision& decision, const Look& look) const {
    if (wakes_.live) {
        const std::optional<Count> count = count_of(decision.figure);
        return count ? look.counts[*count] : 0;
    }
    return look.visible == 0 || !is_kept(look.visible - 1) ? 0 : seen(decision, look.visible - 1);
}

std::optional<MetricLag> MetricTrack::lag_of(const ScaleDecision& decision) const {
    if (decision.figure == LoadFigure::kNone || !is_look_)
        return std::nullopt;
    const double shown = seen(decision, looks_.back());
    // A policy that mixes the figure with others is not followed.
    if (!(shown > decision.threshold) || !is_same(shown, decision.observed))
        return std::nullopt;
    if (wakes_.live)
        return live_lag(decision);
    const Look& first = looks_[first_look_above(decision)];
    MetricLag lag;
    lag.hold = looks_.back().at - first.at;
    trace_back(decision, first, lag);
    return lag;
}

/// The first look of those without a break, up to the last one, that saw the figure above the threshold.
std::size_t MetricTrack::first_look_above(const ScaleDecision& decision) const {
    std::size_t first = looks_.size() - 1;
    while (first > 0 && seen(decision, looks_[first - 1]) > decision.threshold) --first;
    return first;
}

std::optional<MetricLag> MetricTrack::live_lag(const ScaleDecision& decision) const {
    const std::optional<Count> count = count_of(decision.figure);
    const SimTime now = looks_.back().at;
    MetricLag lag;
    lag.crossed = now;
    // What rose in this very instant was not held before.
    if (counts_[*count].value() > decision.threshold)
        lag.crossed = counts_[*count].rose_above(decision.threshold).value_or(now);
    const auto first = std::find_if(looks_.begin() + static_cast<std::ptrdiff_t>(first_look_above(decision)),
                                    looks_.end(), [&](const Look& look) { return look.at >= lag.crossed; });
    lag.tick = first->at - lag.crossed;
    lag.hold = now - first->at;
    return lag;
}

/// From the sample that `look` saw back to where the figure itself rose.
void MetricTrack::trace_back(const ScaleDecision& decision, const Look& look, MetricLag& lag) const {
    const double threshold = decision.threshold;
    std::size_t above = look.visible - 1;  // the first sample at which what policies are shown was above
    while (above > forgotten_ && seen(decision, above - 1) > threshold) --above;
    lag.delay = wakes_.sample_period * static_cast<std::int64_t>(delay_samples_);
    lag.tick = look.at - (at(above).at + lag.delay);
    lag.crossed = at(above).at;
    const std::optional<Count> count = count_of(decision.figure);
    if (!count)
        return;  // a rate is known from sample to sample only
    const auto is_above = [&](std::size_t sample) { return at(sample).counts[*count] > threshold; };
    const std::size_t oldest = above - std::min(above - forgotten_, window_samples_ - 1);
    std::size_t rose = above;
    while (rose > oldest && !is_above(rose)) --rose;
    if (!is_above(rose))
        return;  // means can be above where no sample was: of time, between two of them
    while (rose > forgotten_ && is_above(rose - 1)) --rose;
    lag.averaging = at(above).at - at(rose).at;
    const std::vector<SimTime>& rises = at(rose).rises[*count];
    const std::int64_t below = at(rose).counts[*count] - static_cast<std::int64_t>(rises.size());
    const std::int64_t place = level_above(threshold) - below - 1;
    lag.crossed = at(rose).at;
    if (place >= 0 && place < static_cast<std::int64_t>(rises.size())) {
        lag.crossed = rises[static_cast<std::size_t>(place)];
        lag.sampling = at(rose).at - lag.crossed;
    }
}

}  // namespace spillway
