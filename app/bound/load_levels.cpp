#include "app/bound/load_levels.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double kRest = 1e-9;  // what is left of a sum of shares when all have gone

struct Step {
    SimTime at;
    double change;
};

/// The stints of one worker of the plan, in order of time.
struct Level {
    FleetPlan stints;
    double filled = 0;  // of the last one, in worker-seconds
};

class LevelBuilder {
public:
    LevelBuilder(Duration gap, int most) : gap_(gap), levels_(static_cast<std::size_t>(most)) {}

    /// The load is `load` from `now` until `next`.
    void advance(double load, SimTime now, SimTime next) {
        const double wanted = load <= kRest ? 0 : std::ceil(load - kRest);
        const auto up = static_cast<std::size_t>(std::min(wanted, static_cast<double>(levels_.size())));
        while (up_ < up) open(levels_[up_++], now);
        while (up_ > up) close(levels_[--up_], now);
        for (std::size_t n = 0; n < up_; ++n)
            levels_[n].filled += std::min(1.0, load - static_cast<double>(n)) * to_seconds(next - now);
    }

    FleetPlan plan(SimTime end, double start_seconds) {
        FleetPlan plan;
        while (up_ > 0) close(levels_[--up_], end);
        for (Level& level : levels_) {
            for (Stint& stint : level.stints) {
                stint.used /= to_seconds(stint.until - stint.from) + start_seconds;
                plan.push_back(stint);
            }
        }
        return plan;
    }

private:
    void open(Level& level, SimTime now) const {
        const bool goes_on = !level.stints.empty() && now - level.stints.back().until < gap_;
        if (!goes_on)
            level.stints.push_back({now, now, 0});
        level.filled = 0;
    }
    static void close(Level& level, SimTime now) {
        level.stints.back().until = now;
        level.stints.back().used += level.filled;
    }

    Duration gap_;
    std::vector<Level> levels_;
    std::size_t up_ = 0;
};

}  // namespace

FleetPlan plan_for(const std::vector<Load>& loads, double factor, Duration gap, int most) {
    std::vector<Step> steps;
    steps.reserve(2 * loads.size());
    for (const Load& load : loads) {
        if (load.until <= load.from)
            continue;
        steps.push_back({load.from, load.share * factor});
        steps.push_back({load.until, -load.share * factor});
    }
    std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
    LevelBuilder builder(gap, most);
    double load = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        load += steps[i].change;
        if (i + 1 < steps.size() && steps[i + 1].at > steps[i].at)
            builder.advance(load, steps[i].at, steps[i + 1].at);
    }
    return steps.empty() ? FleetPlan{} : builder.plan(steps.back().at, to_seconds(gap));
}

}  // namespace spillway
