#include "sim/metrics/stage_recorder.hpp"

#include "sim/metrics/figures.hpp"

namespace spillway {

void StageRecorder::stage_ended(const StageRecord& stage) {
    const RequestRecord& request = stage.request;
    if (!request.measured)
        return;
    if (classes_.size() <= stage.class_id.value)
        classes_.resize(stage.class_id.value + 1);
    std::vector<Tally>& stages = classes_[stage.class_id.value];
    if (stages.size() <= stage.stage)
        stages.resize(stage.stage + 1);
    Tally& tally = stages[stage.stage];
    ++tally.counts.calls;
    if (request.outcome == Outcome::kAbandoned) {
        ++tally.counts.withdrawn;
        return;
    }
    tally.counts.attempts += request.attempts;
    if (request.outcome != Outcome::kCompleted) {
        ++tally.counts.failed;
        return;
    }
    ++tally.counts.completed;
    tally.total.add(request.total());
    const auto part = [&](LatencyPart one) { return Int128{request.part(one).count()}; };
    tally.queue += part(LatencyPart::kQueue);
    tally.start += part(LatencyPart::kColdStart) + part(LatencyPart::kLoad);
    tally.service += part(LatencyPart::kPrefill) + part(LatencyPart::kDecode);
}

StageFigures StageRecorder::figures(ClassId class_id, std::uint32_t stage) const {
    if (class_id.value >= classes_.size() || stage >= classes_[class_id.value].size())
        return {};
    const Tally& tally = classes_[class_id.value][stage];
    StageFigures figures = tally.counts;
    figures.total = figures_of(tally.total, 0);
    if (figures.completed == 0)
        return figures;
    figures.queue = mean_of(tally.queue, figures.completed);
    figures.start = mean_of(tally.start, figures.completed);
    figures.service = mean_of(tally.service, figures.completed);
    return figures;
}

}  // namespace spillway
