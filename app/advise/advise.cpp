#include "app/advise/advise.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/advise/advice_part.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/report/format.hpp"
#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr int kMissingRank = 4;
constexpr std::size_t kMostFinalists = 3;

bool is_asked_for(const Saving& saving, const AdviceRules& rules) {
    const auto names = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), saving.name) != list.end();
    };
    return (rules.only.empty() || names(rules.only)) && !names(rules.skip);
}

/// An error and its hint on one line.
std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ';');
    return text;
}

Change negated(const Change& change) { return {-change.mean, change.half_width}; }

/// What `head` saves of what `base` costs, as a share.
std::optional<Change> saved_share(const std::vector<Reading>& base, const std::vector<Reading>& head) {
    const std::optional<Change> more = relative_change(base, head);
    if (!more)
        return std::nullopt;
    return negated(*more);
}

Change saved_amount(const std::vector<Reading>& base, const std::vector<Reading>& head) {
    const Estimate more = estimate(differences(base, head));
    return {-more.mean, more.half_width};
}

/// Whether every replication of both can tell a month.
bool tells_months(const std::vector<Reading>& base, const std::vector<Reading>& head) {
    const auto has_value = [](const Reading& one) { return one.has_value(); };
    return std::all_of(base.begin(), base.end(), has_value) &&
           std::all_of(head.begin(), head.end(), has_value);
}

/// Tries savings on one scenario. Owned by one call of advise().
class Advisor {
public:
    Advisor(const ScenarioFile& file, const AdviceRules& rules)
        : file_(file),
          rules_(rules),
          cut_(cutting_point(file.scenario())),
          tune_(file, TrafficPart::kTune, cut_, rules.race.vary,
                rules.race.first << (std::max<std::uint64_t>(rules.race.rounds, 1) - 1)),
          confirm_(file, TrafficPart::kConfirm, cut_, rules.race.vary, rules.confirm) {}

    Advice advise() {
        Advice advice = facts();
        const AdviceGround ground = ground_of(file_);
        for (const Saving& saving : savings()) {
            if (is_asked_for(saving, rules_))
                advice.rows.push_back({&saving, 0, 0, {}, {}});
        }
        parallel_for(advice.rows.size(), [&](std::size_t i) { try_saving(ground, advice.rows[i]); });
        rank(advice.rows);
        advice.together = try_together(advice.rows);
        return advice;
    }

private:
    Advice facts() const {
        Advice advice;
        advice.scenario = tune_.scenario().name;
        advice.objectives = confirm_.objectives();
        advice.own_objectives = confirm_.own_objectives();
        advice.metrics = confirm_.metrics();
        advice.shown = confirm_.shown();
        advice.vary = rules_.race.vary;
        advice.split = cut_ ? fmt::format("tuned on the first {} of the traffic, confirmed on the next {}",
                                          show(*cut_), show(*cut_))
                            : std::string("tuned on some draws of the traffic, confirmed on others");
        advice.base = confirm_.base();
        advice.base_standing = confirm_.standing(advice.base, advice.base_reason);
        const std::vector<Reading> months = advice.base.of(confirm_.month());
        if (tells_months(months, months))
            advice.month = confirm_.month();
        return advice;
    }

    AdviceGround ground_of(const ScenarioFile& file) const {
        Scenario scenario = file.scenario();
        take_part(scenario, TrafficPart::kTune, cut_);
        scenario.figures.clear();
        return advice_ground(file, scenario, rules_.settings);
    }

    std::vector<Candidate> candidates_of(const SavingProposal& proposal) const {
        std::vector<Candidate> candidates;
        candidates.reserve(proposal.tries.size());
        for (const SavingTry& one : proposal.tries)
            candidates.push_back({one.label, changes_between(file_.node(), one.root)});
        return candidates;
    }

    /// How a setting compares with others of its saving: first what holds and costs less than the scenario as
    /// it stands, then what is open and costs less, then the same of what costs more; of what misses, the
    /// nearest.
    std::pair<int, double> rank_of(const AdvicePart& part, const Replications& runs) const {
        std::string why;
        const Standing standing = part.standing(runs, why);
        if (standing == Standing::kMisses)
            return {kMissingRank, part.worst_ratio(runs)};
        const std::vector<Reading> cost = runs.of(kCostReading);
        const bool saves = saved_amount(part.base_readings(kCostReading, runs), cost).mean > kNoMoney;
        return {(saves ? 0 : 2) + (standing == Standing::kOpen ? 1 : 0), estimate(cost).mean};
    }

    /// Those that can be run, the best first.
    std::vector<const Contender*> ranked(const std::vector<Contender>& contenders) const {
        std::vector<std::pair<std::pair<int, double>, const Contender*>> order;
        for (const Contender& one : contenders) {
            if (one.state != RaceState::kRefused)
                order.emplace_back(rank_of(tune_, one.runs), &one);
        }
        std::stable_sort(order.begin(), order.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<const Contender*> best;
        best.reserve(order.size());
        for (const auto& [rank, one] : order) best.push_back(one);
        return best;
    }

    /// What is confirmed: the best one, and those that are open and would save more; a few replications leave
    /// much open.
    std::vector<const Contender*> finalists(const std::vector<Contender>& contenders) const {
        const std::vector<const Contender*> order = ranked(contenders);
        std::vector<const Contender*> chosen;
        for (const Contender* one : order) {
            const bool cheaper = chosen.empty() || estimate(one->runs.of(kCostReading)).mean <
                                                       estimate(chosen.front()->runs.of(kCostReading)).mean;
            const bool misses = rank_of(tune_, one->runs).first == kMissingRank;
            if (chosen.empty() || (cheaper && !misses && chosen.size() < kMostFinalists))
                chosen.push_back(one);
        }
        return chosen;
    }

    void try_saving(const AdviceGround& ground, AdviceRow& row) const {
        const SavingProposal proposal = row.saving->propose(ground);
        row.tries = proposal.tries.size();
        row.why_not = proposal.why_not;
        if (row.tries == 0)
            return;
        const std::vector<Contender> contenders =
            race(file_, candidates_of(proposal), tune_.objectives(), rules_.race, cut_);
        row.refused = static_cast<std::size_t>(
            std::count_if(contenders.begin(), contenders.end(),
                          [](const Contender& one) { return one.state == RaceState::kRefused; }));
        const std::vector<const Contender*> chosen = finalists(contenders);
        if (chosen.empty()) {
            row.why_not = fmt::format("{}: {}", contenders.front().candidate.label,
                                      one_line(contenders.front().reason));
            return;
        }
        std::vector<std::optional<AdvisedSetting>> settings(chosen.size());
        std::vector<std::string> refusals(chosen.size());
        parallel_for(chosen.size(), [&](std::size_t i) { settings[i] = confirmed(*chosen[i], refusals[i]); });
        row.why_not = refusals.front();
        for (std::optional<AdvisedSetting>& one : settings) {
            if (one && (!row.setting || rank_of(confirm_, one->runs) < rank_of(confirm_, row.setting->runs)))
                row.setting = std::move(one);
        }
        if (row.setting)
            row.why_not.clear();
    }

    std::optional<AdvisedSetting> confirmed(const Contender& best, std::string& why_not) const {
        AdvisedSetting setting;
        setting.candidate = best.candidate;
        setting.tuned = saved_share(tune_.base_readings(kCostReading, best.runs), best.runs.of(kCostReading));
        try {
            setting.runs = confirm_.run(best.candidate);
        } catch (const InputError& error) {
            why_not = fmt::format("{}: {}", best.candidate.label, one_line(error.what()));
            return std::nullopt;
        }
        setting.standing = confirm_.standing(setting.runs, setting.reason);
        const std::vector<Reading> base = confirm_.base().of(kCostReading);
        const std::vector<Reading> cost = setting.runs.of(kCostReading);
        setting.saved = saved_share(base, cost);
        setting.saved_usd = saved_amount(base, cost);
        const std::vector<Reading> base_month = confirm_.base().of(confirm_.month());
        const std::vector<Reading> month = setting.runs.of(confirm_.month());
        if (tells_months(base_month, month))
            setting.saved_month_usd = saved_amount(base_month, month);
        return setting;
    }

    static void rank(std::vector<AdviceRow>& rows) {
        std::stable_sort(rows.begin(), rows.end(), [](const AdviceRow& a, const AdviceRow& b) {
            if (!a.setting || !b.setting)
                return a.setting.has_value() && !b.setting.has_value();
            if (a.setting->standing != b.setting->standing)
                return a.setting->standing < b.setting->standing;
            return a.setting->saved_usd.mean > b.setting->saved_usd.mean;
        });
    }

    static bool surely_saves(const AdviceRow& row) { return row.setting && row.setting->surely_saves(); }

    /// What saves little alone may save more on top of another: a faster start, where idle time is short.
    static bool may_save(const AdviceRow& row) {
        return row.setting && row.setting->saved_usd.high() > kNoMoney;
    }

    /// From the best one on, adds the next that goes_further() on the first part of the traffic, tuned anew
    /// on top of those before it. The longest sum that holds on the second part too; where
    /// no saving alone does, one that may.
    std::optional<AdvisedTogether> try_together(const std::vector<AdviceRow>& rows) const {
        std::vector<const Saving*> added;
        std::vector<Contender> sums;
        for (const AdviceRow& row : rows) {
            if (!may_save(row) || added.size() >= rules_.most_together)
                continue;
            if (added.empty()) {
                if (!surely_saves(row))
                    continue;
                sums.emplace_back().candidate = row.setting->candidate;
                sums.back().runs = tune_.run(row.setting->candidate);
                added.push_back(row.saving);
            } else if (auto further = on_top(sums.back(), *row.saving)) {
                sums.push_back(std::move(*further));
                added.push_back(row.saving);
            }
        }
        return confirmed_sum(std::move(sums), std::move(added),
                             std::any_of(rows.begin(), rows.end(),
                                         [](const AdviceRow& row) {
                                             return surely_saves(row) &&
                                                    row.setting->standing == Standing::kHolds;
                                         })
                                 ? Standing::kHolds
                                 : Standing::kOpen);
    }

    /// The longest of the sums that saves and stands so on the second part, or better.
    std::optional<AdvisedTogether> confirmed_sum(std::vector<Contender> sums,
                                                 std::vector<const Saving*> added, Standing at_least) const {
        std::optional<AdvisedTogether> open;
        for (; sums.size() > 1; sums.pop_back(), added.pop_back()) {
            std::string why_not;
            std::optional<AdvisedSetting> setting = confirmed(sums.back(), why_not);
            if (!setting || !setting->surely_saves())
                continue;
            if (setting->standing == Standing::kHolds)
                return AdvisedTogether{std::move(added), std::move(*setting)};
            if (setting->standing <= at_least && !open)
                open = AdvisedTogether{added, std::move(*setting)};
        }
        return open;
    }

    /// Whether `more` is worth adding to `below`: it does not miss and costs less for sure; or, where `below`
    /// misses, it lies nearer and still costs less than the scenario as it stands.
    bool goes_further(const Replications& below, const Replications& more) const {
        std::string why;
        const auto cheaper_than = [&](std::vector<Reading> before) {
            before.resize(std::min(before.size(), more.runs.size()), Reading::nothing());
            return saved_amount(before, more.of(kCostReading)).low() > kNoMoney;
        };
        if (tune_.standing(below, why) == Standing::kMisses)
            return tune_.worst_ratio(more) < tune_.worst_ratio(below) &&
                   cheaper_than(tune_.base().of(kCostReading));
        return tune_.standing(more, why) != Standing::kMisses && cheaper_than(below.of(kCostReading));
    }

    /// `saving` tuned where the changes of `below` are made already; empty where it does not apply there or
    /// does not go further.
    std::optional<Contender> on_top(const Contender& below, const Saving& saving) const {
        const ScenarioFile changed = file_.with(below.candidate.changes);
        const SavingProposal proposal = saving.propose(ground_of(changed));
        if (proposal.tries.empty())
            return std::nullopt;
        const std::vector<Contender> contenders =
            race(file_, candidates_of(proposal), tune_.objectives(), rules_.race, cut_);
        const std::vector<const Contender*> order = ranked(contenders);
        if (order.empty() || !goes_further(below.runs, order.front()->runs))
            return std::nullopt;
        Contender sum = *order.front();
        sum.candidate.label = below.candidate.label + "; " + sum.candidate.label;
        sum.runs = tune_.run(sum.candidate);
        return sum;
    }

    ScenarioFile file_;
    AdviceRules rules_;
    std::optional<Duration> cut_;
    AdvicePart tune_;
    AdvicePart confirm_;
};

}  // namespace

Advice advise(const ScenarioFile& file, const AdviceRules& rules) { return Advisor(file, rules).advise(); }

}  // namespace spillway
