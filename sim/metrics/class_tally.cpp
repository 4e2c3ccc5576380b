#include "sim/metrics/class_tally.hpp"

#include "sim/core/check.hpp"

namespace spillway {
namespace {

void add_counts(RequestCounts& mine, const RequestCounts& theirs) {
    mine.offered += theirs.offered;
    mine.completed += theirs.completed;
    mine.rejected += theirs.rejected;
    mine.timed_out += theirs.timed_out;
    mine.abandoned += theirs.abandoned;
    mine.failed += theirs.failed;
    mine.attempts += theirs.attempts;
    mine.cold += theirs.cold;
    mine.exposed += theirs.exposed;
    mine.overflowed += theirs.overflowed;
    mine.overflowed_base_sooner += theirs.overflowed_base_sooner;
    mine.inside_slo += theirs.inside_slo;
    mine.input_tokens += theirs.input_tokens;
    mine.output_tokens += theirs.output_tokens;
    mine.answers_cut += theirs.answers_cut;
    mine.requeues += theirs.requeues;
    for (std::size_t i = 0; i < kSetbacks; ++i) mine.setbacks.of[i] += theirs.setbacks.of[i];
}

void count_offered(RequestCounts& counts, const RequestRecord& request) {
    ++counts.offered;
    counts.attempts += request.attempts;
    counts.exposed += request.exposed ? 1 : 0;
    counts.overflowed += request.overflowed ? 1 : 0;
    counts.overflowed_base_sooner += request.base_sooner ? 1 : 0;
    counts.requeues += request.requeues;
    for (std::size_t i = 0; i < kSetbacks; ++i) counts.setbacks.of[i] += request.setbacks.of[i];
}

void count_outcome(RequestCounts& counts, Outcome outcome) {
    switch (outcome) {
        case Outcome::kCompleted:
            ++counts.completed;
            return;
        case Outcome::kRejected:
            ++counts.rejected;
            return;
        case Outcome::kTimedOut:
            ++counts.timed_out;
            return;
        case Outcome::kAbandoned:
            ++counts.abandoned;
            return;
        case Outcome::kFailed:
            ++counts.failed;
            return;
    }
}

}  // namespace

RequestMeasures ClassTally::measures(const RequestRecord& request) const {
    RequestMeasures measures;
    const Duration total = request.total();
    measures[SloMeasure::kTotal] = total;
    measures[SloMeasure::kTtft] = delivery_ == Delivery::kWhole ? total : request.time_to_first_token();
    measures[SloMeasure::kQueue] = request.part(LatencyPart::kQueue);
    measures.has_tpot = request.output_tokens >= 2;
    if (measures.has_tpot) {
        measures[SloMeasure::kTpot] = request.answer_time() / std::int64_t{request.output_tokens - 1};
    }
    measures.warm = !request.cold;
    return measures;
}

void ClassTally::add_completed(const RequestRecord& request, const RequestMeasures& measures) {
    const Duration total = measures[SloMeasure::kTotal];
    count_offered(counts_, request);
    ++counts_.completed;
    counts_.cold += request.cold ? 1 : 0;
    counts_.input_tokens += request.input_tokens;
    counts_.output_tokens += request.output_tokens;
    counts_.answers_cut += request.tokens_cut > 0 ? 1 : 0;

    Group& group = request.cold ? cold_ : warm_;
    group.parts.add(request.parts, total);
    if (delivery_ == Delivery::kStreamed)
        group.ttft.add(measures[SloMeasure::kTtft]);
    if (measures.has_tpot)
        group.tpot.add(measures[SloMeasure::kTpot]);
    if (request.engine_queue != Duration::zero())
        group.engine_queue.add(request.engine_queue);
    if (request.gateway != Duration::zero())
        group.gateway.add(request.gateway);
    if (request.cold) {
        cold_without_start_.add(total - request.part(LatencyPart::kColdStart) -
                                request.part(LatencyPart::kLoad));
    }
}

void ClassTally::add_missed(const RequestRecord& request, std::size_t reason) {
    count_offered(counts_, request);
    count_outcome(counts_, request.outcome);
    missed_exposed_ += request.exposed ? 1 : 0;
    if (reasons_.size() <= reason)
        reasons_.resize(reason + 1);
    ++reasons_[reason];
    if (request.outcome == Outcome::kTimedOut || request.outcome == Outcome::kAbandoned) {
        gave_up_.add(request.total());
    }
}

void ClassTally::merge(const ClassTally& other) {
    SPILLWAY_CHECK(delivery_ == Delivery::kStreamed, "the times to first token would be lost");
    add_counts(counts_, other.counts_);
    missed_exposed_ += other.missed_exposed_;
    if (reasons_.size() < other.reasons_.size())
        reasons_.resize(other.reasons_.size());
    for (std::size_t i = 0; i < other.reasons_.size(); ++i) reasons_[i] += other.reasons_[i];
    merge(warm_, other.warm_, other);
    merge(cold_, other.cold_, other);
    cold_without_start_.merge(other.cold_without_start_);
    gave_up_.merge(other.gave_up_);
}

void ClassTally::merge(Group& mine, const Group& theirs, const ClassTally& other) {
    mine.parts.merge(theirs.parts);
    mine.ttft.merge(other.latency(SloMeasure::kTtft, theirs));
    mine.tpot.merge(theirs.tpot);
    mine.engine_queue.merge(theirs.engine_queue);
    mine.gateway.merge(theirs.gateway);
}

LatencyParts ClassTally::parts() const {
    LatencyParts parts = warm_.parts;
    parts.merge(cold_.parts);
    return parts;
}

QuantileSketch ClassTally::latency(SloMeasure measure, SloScope scope) const {
    QuantileSketch sketch = latency(measure, warm_);
    if (scope == SloScope::kAll)
        sketch.merge(latency(measure, cold_));
    return sketch;
}

QuantileSketch ClassTally::latency(SloMeasure measure, const Group& group) const {
    switch (measure) {
        case SloMeasure::kTotal:
            return group.parts.totals();
        case SloMeasure::kTtft:
            return delivery_ == Delivery::kStreamed ? group.ttft : group.parts.totals();
        case SloMeasure::kTpot:
            return group.tpot;
        case SloMeasure::kQueue:
            return group.parts.part(LatencyPart::kQueue);
        case SloMeasure::kColdShare:
        case SloMeasure::kExposedShare:
        case SloMeasure::kFailed:
            break;
    }
    SPILLWAY_CHECK(false, "a share is no latency");
    return {};
}

QuantileSketch ClassTally::total_without_start() const {
    QuantileSketch sketch = warm_.parts.totals();
    sketch.merge(cold_without_start_);
    return sketch;
}

QuantileSketch ClassTally::with_zeros(QuantileSketch Group::*member) const {
    QuantileSketch sketch = warm_.*member;
    sketch.merge(cold_.*member);
    sketch.add_zeros(counts_.completed - sketch.count());
    return sketch;
}

QuantileSketch ClassTally::engine_queue() const { return with_zeros(&Group::engine_queue); }

QuantileSketch ClassTally::gateway() const { return with_zeros(&Group::gateway); }

}  // namespace spillway
