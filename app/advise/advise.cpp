#include "app/advise/advise.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "app/advise/advice_part.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/report/format.hpp"
#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

bool is_asked_for(const Saving& saving, const AdviceRules& rules) {
    const auto names = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), saving.name) != list.end();
    };
    return (rules.only.empty() || names(rules.only)) && !names(rules.skip);
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

    /// The setting that is worth confirming: the cheapest that holds; else the cheapest that is open; else
    /// the one that misses by least. Nullptr when none can be run.
    const Contender* best_of(const std::vector<Contender>& contenders) const {
        const Contender* best = nullptr;
        std::pair<Standing, double> least{Standing::kMisses, std::numeric_limits<double>::infinity()};
        for (const Contender& one : contenders) {
            if (one.state == RaceState::kRefused)
                continue;
            std::string why;
            const Standing standing = tune_.standing(one.runs, why);
            const std::pair<Standing, double> rank{standing, standing == Standing::kMisses
                                                                 ? tune_.worst_ratio(one.runs)
                                                                 : estimate(one.runs.of(kCostReading)).mean};
            if (best == nullptr || rank < least) {
                best = &one;
                least = rank;
            }
        }
        return best;
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
        const Contender* best = best_of(contenders);
        if (best == nullptr) {
            row.why_not =
                fmt::format("{}: {}", contenders.front().candidate.label, contenders.front().reason);
            return;
        }
        row.setting = confirmed(*best, row.why_not);
    }

    std::optional<AdvisedSetting> confirmed(const Contender& best, std::string& why_not) const {
        AdvisedSetting setting;
        setting.candidate = best.candidate;
        setting.tuned = saved_share(tune_.base_readings(kCostReading, best.runs), best.runs.of(kCostReading));
        try {
            setting.runs = confirm_.run(best.candidate);
        } catch (const InputError& error) {
            why_not = fmt::format("{}: {}", best.candidate.label, error.what());
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

    static bool surely_saves(const AdviceRow& row) {
        return row.setting && row.setting->standing == Standing::kHolds && row.setting->saved_usd.low() > 0;
    }

    /// From the best one on, adds the next that still saves and holds on the first part of the traffic, tuned
    /// anew on top of those before it. The longest sum that holds on the second part too.
    std::optional<AdvisedTogether> try_together(const std::vector<AdviceRow>& rows) const {
        std::vector<const Saving*> added;
        std::vector<Contender> sums;
        for (const AdviceRow& row : rows) {
            if (!surely_saves(row) || added.size() >= rules_.most_together)
                break;
            if (added.empty()) {
                sums.emplace_back().candidate = row.setting->candidate;
                sums.back().runs = tune_.run(row.setting->candidate);
                added.push_back(row.saving);
            } else if (auto further = on_top(sums.back(), *row.saving)) {
                sums.push_back(std::move(*further));
                added.push_back(row.saving);
            }
        }
        for (; sums.size() > 1; sums.pop_back(), added.pop_back()) {
            std::string why_not;
            std::optional<AdvisedSetting> setting = confirmed(sums.back(), why_not);
            if (setting && setting->standing == Standing::kHolds)
                return AdvisedTogether{std::move(added), std::move(*setting)};
        }
        return std::nullopt;
    }

    /// `saving` tuned where the changes of `below` are made already; empty where it does not apply there,
    /// does not hold, or saves nothing more for sure.
    std::optional<Contender> on_top(const Contender& below, const Saving& saving) const {
        const ScenarioFile changed = file_.with(below.candidate.changes);
        const SavingProposal proposal = saving.propose(ground_of(changed));
        if (proposal.tries.empty())
            return std::nullopt;
        const std::vector<Contender> contenders =
            race(file_, candidates_of(proposal), tune_.objectives(), rules_.race, cut_);
        const Contender* best = best_of(contenders);
        std::string why;
        if (best == nullptr || tune_.standing(best->runs, why) == Standing::kMisses)
            return std::nullopt;
        std::vector<Reading> before = below.runs.of(kCostReading);
        before.resize(std::min(before.size(), best->runs.runs.size()), Reading::nothing());
        if (saved_amount(before, best->runs.of(kCostReading)).low() <= 0)
            return std::nullopt;
        Contender sum = *best;
        sum.candidate.label = below.candidate.label + "; " + best->candidate.label;
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
