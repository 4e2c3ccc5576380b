#include "app/bound/least_start.hpp"

#include <algorithm>
#include <optional>

namespace spillway {
namespace {

/// Watches one start after the other.
class StartWatch final : public StartListener {
public:
    explicit StartWatch(const BilledPhases& billed) : billed_(billed) {}

    void begin(SimTime now) {
        began_ = since_ = now_ = now;
        phase_.reset();
        charged_ = tail_ = Duration::zero();
        over_ = ready_ = false;
    }
    void move_to(SimTime now) { now_ = now; }

    void start_reached(StartId /*start*/, StartPhase phase) override {
        settle();
        phase_ = phase;
    }
    void start_ready(StartId /*start*/, const std::vector<StartStretch>& /*path*/) override {
        settle();
        over_ = ready_ = true;
    }
    void start_failed(StartId /*start*/) override { over_ = true; }

    bool over() const noexcept { return over_; }
    bool ready() const noexcept { return ready_; }
    LeastStart seen() const { return {now_ - began_, charged_, tail_, now_ - began_}; }

private:
    void settle() {
        const Duration passed = now_ - since_;
        since_ = now_;
        if (!phase_ || passed == Duration::zero())
            return;
        const bool counts = billed_[static_cast<std::size_t>(*phase_)];
        charged_ += counts ? passed : Duration::zero();
        tail_ = counts ? tail_ + passed : Duration::zero();
    }

    BilledPhases billed_;
    SimTime began_;
    SimTime since_;
    SimTime now_;
    std::optional<StartPhase> phase_;
    Duration charged_{0};
    Duration tail_{0};
    bool over_ = false;
    bool ready_ = false;
};

/// Plays the pool's n-th start, which begins at `now`, to its end.
void play_start(StartupModel& startup, std::uint64_t nth, SimTime& now, StartWatch& watch) {
    watch.begin(now);
    startup.begin(StartContext{.start = StartId{0}, .nth = nth, .node_ready = {}}, now, watch);
    while (!watch.over()) {
        now = startup.next_change().value();
        watch.move_to(now);
        startup.advance(now, watch);
    }
}

}  // namespace

std::vector<Duration> start_times(StartupModel& startup, std::size_t count) {
    std::vector<Duration> times;
    StartWatch watch({});
    SimTime now{};
    while (times.size() < count) {
        play_start(startup, times.size(), now, watch);
        times.push_back(watch.seen().longest);
    }
    return times;
}

LeastStart least_start(StartupModel& startup, const BilledPhases& billed) {
    if (startup.remembers())
        return {};
    std::optional<LeastStart> least;
    StartWatch watch(billed);
    SimTime now{};
    for (std::uint64_t nth = 0; nth < kStartsLookedAt; ++nth) {
        play_start(startup, nth, now, watch);
        if (!watch.ready())
            continue;
        const LeastStart seen = watch.seen();
        if (!least)
            least = seen;
        least->shortest = std::min(least->shortest, seen.shortest);
        least->billed = std::min(least->billed, seen.billed);
        least->tail = std::min(least->tail, seen.tail);
        least->longest = std::max(least->longest, seen.longest);
    }
    return least.value_or(LeastStart{});
}

}  // namespace spillway
