#include "app/advise/advice_rank.hpp"

#include <algorithm>

namespace spillway {
namespace {

constexpr int kAsFarRank = 4;
constexpr int kMissingRank = 5;
constexpr std::size_t kMostFinalists = 3;

double mean_cost(const Replications& runs) { return estimate(runs.of(kCostReading)).mean; }

}  // namespace

Change saved_amount(std::span<const Reading> base, std::span<const Reading> head) {
    const Estimate more = estimate(differences(base, head));
    return {-more.mean, more.half_width};
}

std::optional<Change> saved_share(std::span<const Reading> base, std::span<const Reading> head) {
    const std::optional<Change> more = relative_change(base, head);
    if (!more)
        return std::nullopt;
    return Change{-more->mean, more->half_width};
}

std::pair<int, double> rank_setting(const AdvicePart& part, const Replications& runs) {
    std::string why;
    const Standing standing = part.standing(runs, why);
    const double cost = mean_cost(runs);
    const bool saves =
        saved_amount(part.base_readings(kCostReading, runs), runs.of(kCostReading)).mean > kNoMoney;
    if (standing == Standing::kMisses) {
        const double ratio = part.worst_ratio(runs);
        return saves && ratio <= part.worst_ratio(part.base()) ? std::pair<int, double>{kAsFarRank, cost}
                                                               : std::pair<int, double>{kMissingRank, ratio};
    }
    return {(saves ? 0 : 2) + (standing == Standing::kOpen ? 1 : 0), cost};
}

std::vector<const Contender*> ranked(const AdvicePart& part, const std::vector<Contender>& contenders) {
    std::vector<std::pair<std::pair<int, double>, const Contender*>> order;
    for (const Contender& one : contenders) {
        if (one.state != RaceState::kRefused)
            order.emplace_back(rank_setting(part, one.runs), &one);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<const Contender*> best;
    best.reserve(order.size());
    for (const auto& [rank, one] : order) best.push_back(one);
    return best;
}

std::vector<const Contender*> finalists(const AdvicePart& part, const std::vector<Contender>& contenders) {
    std::vector<const Contender*> chosen;
    for (const Contender* one : ranked(part, contenders)) {
        const bool cheaper = chosen.empty() || mean_cost(one->runs) < mean_cost(chosen.front()->runs);
        const bool misses = rank_setting(part, one->runs).first >= kAsFarRank;
        if (chosen.empty() || (cheaper && !misses && chosen.size() < kMostFinalists))
            chosen.push_back(one);
    }
    return chosen;
}

}  // namespace spillway
