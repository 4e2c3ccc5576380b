#include "sim/metrics/recorder.hpp"

#include <utility>

#include "sim/core/check.hpp"
#include "sim/metrics/figures.hpp"

namespace spillway {

Recorder::Recorder(std::vector<MeasuredClass> classes, std::vector<Slo> slos, std::vector<Slo> figures)
    : classes_(std::move(classes)),
      slos_(std::move(slos)),
      figures_(std::move(figures)),
      judge_(slos_, classes_.size()) {
    for (const MeasuredClass& measured : classes_) tallies_.emplace_back(measured.delivery);
    for (const Slo& slo : slos_) {
        SPILLWAY_CHECK(!slo.class_id || slo.class_id->value < classes_.size(),
                       "an SLO names an unknown class");
    }
}

void Recorder::request_ended(const RequestRecord& request) {
    if (!request.measured)
        return;
    SPILLWAY_CHECK(request.class_id.value < tallies_.size(), "a request is of an unknown class");
    ClassTally& tally = tallies_[request.class_id.value];
    if (request.outcome != Outcome::kCompleted) {
        tally.add_missed(request, reason_index(request));
        return;
    }
    const RequestMeasures measures = tally.measures(request);
    tally.add_completed(request, measures);
    if (judge_.judge(request.class_id, measures))
        tally.count_inside_slo();
}

std::size_t Recorder::reason_index(const RequestRecord& request) {
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
        if (reasons_[i].outcome == request.outcome && reasons_[i].text == request.reason)
            return i;
    }
    reasons_.push_back({request.outcome, request.reason});
    return reasons_.size() - 1;
}

Summary Recorder::summarise() const {
    Summary summary;
    ClassTally all(Delivery::kStreamed);
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
        summary.classes.push_back(summarise(classes_[i].name, tallies_[i]));
        if (tallies_.size() > 1)
            all.merge(tallies_[i]);
    }
    if (tallies_.size() == 1) {
        summary.all = summary.classes.front();
        summary.all.name = "all";
    } else {
        summary.all = summarise("all", all);
    }
    for (std::size_t k = 0; k < slos_.size(); ++k) {
        const Slo& slo = slos_[k];
        std::uint64_t met = 0;
        for (std::size_t i = 0; i < tallies_.size(); ++i) {
            met += judge_.met(k, ClassId{static_cast<std::uint32_t>(i)});
        }
        summary.slos.push_back(evaluate(slo, tally_for(slo, all), met));
    }
    for (const Slo& figure : figures_)
        summary.figures.push_back(evaluate_figure(figure, tally_for(figure, all)));
    return summary;
}

const ClassTally& Recorder::tally_for(const Slo& figure, const ClassTally& all) const {
    const bool one_class = figure.class_id || tallies_.size() == 1;
    return one_class ? tallies_[figure.class_id.value_or(ClassId{}).value] : all;
}

ClassSummary Recorder::summarise(const std::string& name, const ClassTally& tally) const {
    ClassSummary summary = figures_of(tally);
    summary.name = name;
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
        const std::uint64_t requests = tally.missed_for(i);
        if (requests > 0) {
            summary.reasons.push_back({reasons_[i].outcome, std::string(reasons_[i].text), requests});
        }
    }
    return summary;
}

}  // namespace spillway
