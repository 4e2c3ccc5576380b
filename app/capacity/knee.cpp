#include "app/capacity/knee.hpp"

#include <map>

namespace spillway {
namespace {

constexpr int kMostDoublings = 12;
constexpr double kNoRate = 1e-3;  // of the guess

class RateJudge {
public:
    explicit RateJudge(const std::function<SloVerdict(double)>& judge) : judge_(judge) {}

    SloVerdict operator()(double rate) {
        const auto known = known_.find(rate);
        if (known != known_.end())
            return known->second;
        return known_.emplace(rate, judge_(rate)).first->second;
    }
    /// The smallest rate judged so far that is `verdict` or worse, from `low` on; 0: none.
    double first_at_least(SloVerdict verdict, double low) const {
        for (const auto& [rate, said] : known_) {
            if (rate > low && said >= verdict)
                return rate;
        }
        return 0;
    }

private:
    const std::function<SloVerdict(double)>& judge_;
    std::map<double, SloVerdict> known_;
};

/// Narrows low < edge <= high, where `high` is the first known to be `verdict` or worse.
struct Edge {
    double low;
    double high;
};
Edge narrow_edge(Edge edge, SloVerdict verdict, const KneeSearch& search, RateJudge& judge) {
    while (edge.high - edge.low > search.tolerance * edge.high && edge.high > kNoRate * search.guess) {
        const double middle = edge.low + (edge.high - edge.low) / 2;
        (judge(middle) >= verdict ? edge.high : edge.low) = middle;
    }
    return edge;
}

}  // namespace

Knee find_knee(const KneeSearch& search, const std::function<SloVerdict(double)>& judge_rate) {
    RateJudge judge(judge_rate);
    Knee knee;
    double low = 0;
    double high = search.guess;
    for (int doublings = 0; judge(high) != SloVerdict::kBroken; high *= 2) {
        if (doublings++ == kMostDoublings) {
            knee.holds = judge(high) == SloVerdict::kHolds ? high : low;
            return knee;
        }
        low = judge(high) == SloVerdict::kHolds ? high : low;
    }
    knee.bounded = true;
    const Edge holds =
        narrow_edge({low, judge.first_at_least(SloVerdict::kOpen, low)}, SloVerdict::kOpen, search, judge);
    knee.holds = holds.low;
    const double broken = judge.first_at_least(SloVerdict::kBroken, holds.low);
    // What was open just above the edge need not be asked again.
    knee.broken = narrow_edge({holds.low, broken}, SloVerdict::kBroken, search, judge).high;
    return knee;
}

}  // namespace spillway
