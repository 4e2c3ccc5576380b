#include "models/cold_start/phase_model.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <tuple>
#include <utility>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::uint32_t kWholeStart = std::numeric_limits<std::uint32_t>::max();
constexpr int kMeanDraws = 4096;

StartPhase earliest(const std::array<std::uint32_t, kStartPhases>& running, StartPhase otherwise) {
    const auto found = std::find_if(running.begin(), running.end(), [](std::uint32_t n) { return n != 0; });
    return found == running.end() ? otherwise : static_cast<StartPhase>(found - running.begin());
}

}  // namespace

PhaseModel::PhaseModel(PhaseGraph graph, StartFailure failure, const ModelContext& context,
                       std::optional<SnapshotSpec> snapshot)
    : graph_(std::move(graph)),
      failure_(std::move(failure)),
      failure_key_(context.stream("start_failure")),
      ground_(context.ground ? context.ground : std::make_shared<StartGround>()),
      owner_(ground_->add_owner()),
      snapshot_(std::move(snapshot)) {
    for (const PhaseGraph::Phase& phase : graph_.phases()) {
        phase_keys_.push_back(context.stream("start_phase/" + phase.name));
        hauls_ = hauls_ || (phase.need && (phase.need->away || phase.need->from_disk));
    }
    if (snapshot_) {
        hauls_ = hauls_ || snapshot_->haul;
        place_restore(snapshot_->where);
        snapshots_.emplace(*snapshot_, ground_, owner_, context);
    }
}

bool PhaseModel::Change::operator>(const Change& other) const noexcept {
    return std::tie(at, order, phase) > std::tie(other.at, other.order, other.phase);
}

void PhaseModel::begin(const StartContext& context, SimTime now, StartListener& listener) {
    Run& run = open(context, now);
    draw_failure(run);
    run.restored = snapshots_ && snapshots_->serves(context, now);
    const auto phases = graph_.phases();
    for (std::uint32_t phase = 0; phase < phases.size(); ++phase) {
        if (phases[phase].after.empty())
            begin_phase(run, phase, now);
    }
    if (run.open_phases == 0)
        push({now, run.order, kWholeStart, context.start});
    run.reported = earliest(run.running, phases[graph_.order().back()].kind);
    listener.start_reached(context.start, run.reported);
}

PhaseModel::Run& PhaseModel::open(const StartContext& context, SimTime now) {
    if (context.start.value >= runs_.size())
        runs_.resize(context.start.value + std::size_t{1});
    Run& run = runs_[context.start.value];
    SPILLWAY_CHECK(run.order == 0, "a start began twice");
    run.context = context;
    run.order = ++starts_;
    run.begin = now;
    run.open_phases = graph_.size();
    run.ends.assign(graph_.size(), now);
    run.waiting_for.clear();
    for (const PhaseGraph::Phase& phase : graph_.phases()) {
        run.waiting_for.push_back(static_cast<std::uint32_t>(phase.after.size()));
    }
    run.ways.assign(graph_.size(), Way::kAway);
    run.running.fill(0);
    run.brought.clear();
    return run;
}

void PhaseModel::draw_failure(Run& run) {
    run.fails = false;
    run.fails_at.reset();
    if (failure_.probability == 0)
        return;
    RandomStream luck(failure_key_, run.context.nth);
    run.fails = luck.uniform() < failure_.probability;
    if (!run.fails || !failure_.after)
        return;
    run.fails_at = run.begin + failure_.after->duration(luck.uniform());
    push({*run.fails_at, run.order, kWholeStart, run.context.start});
}

double PhaseModel::luck(const Run& run, std::uint32_t phase) const {
    return RandomStream(phase_keys_[phase], run.context.nth).uniform();
}

Duration PhaseModel::phase_time(const Run& run, std::uint32_t phase, SimTime now) const {
    const PhaseGraph::Phase& drawn = graph_.phases()[phase];
    if (drawn.kind == StartPhase::kAcquire && run.context.node_at_hand) {
        return std::max(Duration::zero(), run.context.node_ready - now);
    }
    const auto draw = [&](const PhaseTime& time) {
        return time.at(time.is_constant() ? 0.5 : luck(run, phase));
    };
    switch (run.ways[phase]) {
        case Way::kAway:
            return draw(drawn.time);
        case Way::kDisk:
            return draw(drawn.need->on_disk);
        case Way::kMemory:
            return draw(drawn.need->in_memory);
        case Way::kRestored:
            return draw(snapshot_->restore);
        case Way::kSpared:
            return Duration::zero();
    }
    return {};
}

void PhaseModel::begin_phase(Run& run, std::uint32_t phase, SimTime now) {
    ++run.running[static_cast<std::size_t>(graph_.phases()[phase].kind)];
    run.ways[phase] = way(run, phase, now);
    if (const PhaseHaul* moved = haul(run, phase)) {
        if (moved->latency > Duration::zero()) {
            push({now + moved->latency, run.order, phase, run.context.start, true});
        } else {
            begin_fetch(run, phase, now);
        }
        return;
    }
    const Duration time = phase_time(run, phase, now);
    if (time == Duration::zero()) {
        end_phase(run, phase, now);  // and with it, at once, whatever follows: its state is never seen
    } else {
        push({now + time, run.order, phase, run.context.start});
    }
}

void PhaseModel::end_phase(Run& run, std::uint32_t phase, SimTime now) {
    --run.running[static_cast<std::size_t>(graph_.phases()[phase].kind)];
    --run.open_phases;
    run.ends[phase] = now;
    settle_need(run, phase, now);
    for (const std::uint32_t next : graph_.phases()[phase].before) {
        if (--run.waiting_for[next] == 0)
            begin_phase(run, next, now);
    }
}

void PhaseModel::cancel(StartId start, SimTime now) {
    SPILLWAY_CHECK(start.value < runs_.size() && runs_[start.value].order != 0, "no such start is under way");
    let_go(runs_[start.value], now);
    drop_stale();
}

std::optional<SimTime> PhaseModel::next_change() const {
    std::optional<SimTime> next;
    if (!changes_.empty())
        next = changes_.front().at;
    for (const Fetching& one : fetching_) {
        const SimTime end = ground_->ends_at(one.fetch);
        next = next ? std::min(*next, end) : end;
    }
    return next;
}

void PhaseModel::advance(SimTime now, StartListener& listener) {
    collect_fetched(now);
    while (!changes_.empty() && changes_.front().at <= now) {
        const Change first = changes_.front();
        SPILLWAY_CHECK(first.at == now, "a start's change was passed over");
        // All that happens to one start at this instant lies together in the heap's order.
        while (!changes_.empty() && changes_.front().at == now && changes_.front().order == first.order) {
            const Change change = changes_.front();
            pop();
            if (change.fetches) {
                begin_fetch(runs_[first.start.value], change.phase, now);
            } else if (change.phase != kWholeStart) {
                end_phase(runs_[first.start.value], change.phase, now);
            }
        }
        tell(first.start, now, listener);
        drop_stale();
    }
}

void PhaseModel::tell(StartId start, SimTime now, StartListener& listener) {
    Run& run = runs_[start.value];
    const bool over = run.open_phases == 0;
    const bool failed = run.fails && (run.fails_at ? *run.fails_at <= now : over);
    if (failed) {
        let_go(run, now);
        listener.start_failed(start);
    } else if (over && !run.fails) {
        finish(run, now, listener);
    } else if (const StartPhase state = earliest(run.running, run.reported); state != run.reported) {
        run.reported = state;
        listener.start_reached(start, state);
    }
}

void PhaseModel::finish(Run& run, SimTime now, StartListener& listener) {
    graph_.critical_path(run.begin, run.ends, path_);
    let_go(run, now);
    listener.start_ready(run.context.start, path_);
}

bool PhaseModel::remembers() const {
    const auto phases = graph_.phases();
    return snapshots_ ||
           (ground_->has_gear() && std::any_of(phases.begin(), phases.end(), [](const auto& phase) {
                return phase.need && phase.need->stored;
            }));
}

void PhaseModel::push(Change change) {
    changes_.push_back(change);
    std::push_heap(changes_.begin(), changes_.end(), std::greater<>{});
}

void PhaseModel::pop() {
    std::pop_heap(changes_.begin(), changes_.end(), std::greater<>{});
    changes_.pop_back();
}

void PhaseModel::drop_stale() {
    while (!changes_.empty() && runs_[changes_.front().start.value].order != changes_.front().order) pop();
}

double PhaseModel::mean_seconds() const {
    const auto phases = graph_.phases();
    if (!graph_.is_series())
        return sampled_mean_seconds();
    double sum = 0;
    for (const PhaseGraph::Phase& phase : phases) sum += phase.time.mean_seconds();
    return sum;
}

double PhaseModel::sampled_mean_seconds() const {
    const auto phases = graph_.phases();
    const bool constant =
        std::all_of(phases.begin(), phases.end(), [](const auto& phase) { return phase.time.is_constant(); });
    const int draws = constant ? 1 : kMeanDraws;
    RandomStream luck(StreamKey(RunSeed{}, "mean start"), 0);
    std::vector<Duration> ends(phases.size());
    double sum = 0;
    for (int draw = 0; draw < draws; ++draw) {
        Duration last{0};
        for (const std::uint32_t phase : graph_.order()) {
            Duration begin{0};
            for (const std::uint32_t before : phases[phase].after) begin = std::max(begin, ends[before]);
            ends[phase] = begin + phases[phase].time.at(luck.uniform());
            last = std::max(last, ends[phase]);
        }
        sum += to_seconds(last);
    }
    return sum / draws;
}

}  // namespace spillway
