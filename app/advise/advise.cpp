#include "app/advise/advise.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/advise/advice_part.hpp"
#include "app/advise/advice_rank.hpp"
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

/// An error and its hint on one line.
std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ';');
    return text;
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
        const std::vector<const Contender*> chosen = finalists(tune_, contenders);
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
            if (one && (!row.setting ||
                        rank_setting(confirm_, one->runs) < rank_setting(confirm_, row.setting->runs)))
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
        const bool one_holds = std::any_of(rows.begin(), rows.end(), [](const AdviceRow& row) {
            return surely_saves(row) && row.setting->standing == Standing::kHolds;
        });
        const auto seed = std::find_if(rows.begin(), rows.end(), surely_saves);
        if (seed == rows.end())
            return std::nullopt;
        std::vector<const Saving*> added{seed->saving};
        std::vector<Contender> sums(1);
        sums.front().candidate = seed->setting->candidate;
        sums.front().runs = tune_.run(seed->setting->candidate);
        for (const AdviceRow& row : rows) {
            if (!row.setting || &row == &*seed || (one_holds && !may_save(row)))
                continue;
            if (added.size() >= rules_.most_together)
                break;
            if (auto further = on_top(sums.back(), *row.saving)) {
                sums.push_back(std::move(*further));
                added.push_back(row.saving);
            }
        }
        return confirmed_sum(std::move(sums), std::move(added), one_holds ? &*seed->setting : nullptr);
    }

    /// The longest of the sums that holds on the second part and costs less there than `alone`, the best
    /// saving that does; where none does (nullptr), one that is open will do.
    std::optional<AdvisedTogether> confirmed_sum(std::vector<Contender> sums,
                                                 std::vector<const Saving*> added,
                                                 const AdvisedSetting* alone) const {
        const std::vector<Reading> before =
            alone != nullptr ? alone->runs.of(kCostReading) : confirm_.base().of(kCostReading);
        std::optional<AdvisedTogether> open;
        for (; sums.size() > 1; sums.pop_back(), added.pop_back()) {
            std::string why_not;
            std::optional<AdvisedSetting> setting = confirmed(sums.back(), why_not);
            if (!setting || saved_amount(before, setting->runs.of(kCostReading)).low() <= kNoMoney)
                continue;
            if (setting->standing == Standing::kHolds)
                return AdvisedTogether{std::move(added), std::move(*setting)};
            if (setting->standing == Standing::kOpen && alone == nullptr && !open)
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
        const std::vector<const Contender*> order = ranked(tune_, contenders);
        const auto further = std::find_if(order.begin(), order.end(), [&](const Contender* one) {
            return goes_further(below.runs, one->runs);
        });
        if (further == order.end())
            return std::nullopt;
        Contender sum = **further;
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
