// PhaseModel, third part: what the phases of a finished start went through.
#include <algorithm>

#include "models/cold_start/phase_model.hpp"

namespace spillway {

PhaseSource PhaseModel::source_of(Way way) noexcept {
    switch (way) {
        case Way::kAway:
            return PhaseSource::kElsewhere;
        case Way::kDisk:
            return PhaseSource::kHostDisk;
        case Way::kMemory:
            return PhaseSource::kHostMemory;
        case Way::kRestored:
            return PhaseSource::kSnapshot;
        case Way::kSpared:
            return PhaseSource::kSpared;
    }
    return PhaseSource::kElsewhere;
}

/// Worked out from what the start has kept until the next of its id begins: nothing is noted on the way.
std::vector<PhaseTrace> PhaseModel::trace(StartId start) const {
    const Run& run = runs_[start.value];
    const auto phases = graph_.phases();
    std::vector<PhaseTrace> traces;
    for (std::uint32_t phase = 0; phase < phases.size(); ++phase) {
        SimTime begin = run.begin;
        for (const std::uint32_t before : phases[phase].after) begin = std::max(begin, run.ends[before]);
        PhaseTrace& trace =
            traces.emplace_back(PhaseTrace{phases[phase].name, phases[phase].kind, begin, run.ends[phase]});
        trace.source = source_of(run.ways[phase]);
        const std::optional<PhaseNeed>& need = phases[phase].need;
        trace.could_be_kept = need && need->stored && ground_->may_keep(run.context.host, need->stored->kind);
        if (const PhaseHaul* moved = haul(run, phase))
            trace.alone = moved->latency + ground_->alone(bytes_to_move(run, phase));
    }
    for (const std::uint32_t phase : graph_.critical_phases(run.begin, run.ends))
        traces[phase].critical = true;
    return traces;
}

}  // namespace spillway
