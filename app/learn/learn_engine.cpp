#include "app/learn/learn_engine.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/calibrate/error_figures.hpp"
#include "app/learn/replay_engine.hpp"
#include "app/learn/replay_fit.hpp"
#include "app/learn/term_equations.hpp"

namespace spillway {
namespace {

constexpr double kMostStandardError = 0.3;
constexpr double kAsGood = 1.05;
constexpr double kMuchBetter = 1.25;
constexpr double kLeastStartShare = 0.05;
constexpr std::array<std::string_view, kTermCount> kWhatWouldTell{
    "",
    "prompts of other lengths would tell",
    "runs with other numbers of clients would tell",
    "runs with few clients would tell",
    "contexts of other lengths would tell",
    "requests to an idle engine would tell",
    "prompts of other lengths, beside requests that decode, would tell",
    "much longer prompts would tell"};

/// A fit under way: which terms are in it, and why others are not.
struct Search {
    TermValues values{};
    TermFlags fitted{};
    std::array<std::string, kTermCount> why_not;

    void drop(std::size_t term, std::string why) {
        values[term] = 0;
        fitted[term] = false;
        why_not[term] = std::move(why);
    }
};

/// What the data cannot tell whatever the fit says.
void drop_by_design(const RunRanges& ranges, double expert_share, Search& search) {
    if (ranges.input_tokens[1] < 1.25 * ranges.input_tokens[0]) {
        const std::string why =
            fmt::format("all prompts have about {} tokens: prompt_token holds all that a prompt takes",
                        ranges.input_tokens[1]);
        search.drop(place::kPromptStep, why);
        search.drop(place::kPromptSquare, why);
    }
    if (ranges.sequences[1] <= 1)
        search.drop(place::kSequence, "no two requests ran at once: step holds it");
    if (expert_share >= 1)
        search.drop(place::kExperts, "the catalogue knows no mixture of experts of this name");
}

Search start_of(const ReplayFit& fit, const TermValues& start, const RunRanges& ranges, double expert_share) {
    Search search;
    search.fitted.fill(true);
    for (std::size_t term = 0; term < kTermCount; ++term) {
        search.values[term] = std::clamp(start[term], fit.part_of_figures(term, kLeastStartShare),
                                         fit.part_of_figures(term, 1));
    }
    drop_by_design(ranges, expert_share, search);
    return search;
}

std::string why_uncertain(const TermPrecision& precision, std::size_t term) {
    std::string why = precision.correlation[term] > 0.8
                          ? fmt::format("is not told apart from {}: those that are kept hold its part",
                                        kEngineTerms[precision.partner[term]].name)
                          : std::string("moves no figure by more than the figures scatter");
    if (!kWhatWouldTell[term].empty())
        why += fmt::format("; {}", kWhatWouldTell[term]);
    return why;
}

/// Takes one term out; false: all that are in are known. The step always stays: an iteration takes time.
bool drop_one(const ReplayFit& fit, Search& search) {
    for (std::size_t term = kTermCount; term-- > 1;) {
        if (search.fitted[term] && fit.vanished(search.values, term)) {
            search.drop(term, "the best fit has none of it");
            return true;
        }
    }
    const TermPrecision precision = fit.precision(search.values, search.fitted);
    for (std::size_t term = kTermCount; term-- > 1;) {
        if (search.fitted[term] && precision.standard_error[term] > kMostStandardError) {
            search.drop(term, why_uncertain(precision, term));
            return true;
        }
    }
    return false;
}

/// Terms without which the fit is as good, the last one first: a simpler form goes further beyond its data.
void simplify(const ReplayFit& fit, Search& search) {
    for (std::size_t term = kTermCount; term-- > 1;) {
        if (!search.fitted[term])
            continue;
        Search without = search;
        without.drop(term, "the fit is as good without it");
        without.values = fit.fit(without.values, without.fitted, std::nullopt);
        if (fit.loss(without.values) <= kAsGood * fit.loss(search.values))
            search = std::move(without);
    }
}

/// Puts back what was taken out too early: a step too far makes a coefficient as small as it may be, and from
/// there no slope leads back. `designed` are terms that the data cannot tell whatever the fit says.
void reconsider(const ReplayFit& fit, const TermFlags& designed, Search& search) {
    for (std::size_t term = 1; term < kTermCount; ++term) {
        if (search.fitted[term] || designed[term])
            continue;
        Search with = search;
        with.fitted[term] = true;
        with.why_not[term].clear();
        with.values[term] = fit.part_of_figures(term, kLeastStartShare);
        with.values = fit.fit(with.values, with.fitted, std::nullopt);
        const bool known = fit.precision(with.values, with.fitted).standard_error[term] <= kMostStandardError;
        if (known && !fit.vanished(with.values, term) &&
            kMuchBetter * fit.loss(with.values) <= fit.loss(search.values))
            search = std::move(with);
    }
}

EngineErrors summary(const GroupErrors& errors) {
    EngineErrors summary;
    summary.figures = errors.ttft.size() + errors.tpot.size();
    if (!errors.ttft.empty())
        summary.ttft = error_figures(errors.ttft).median;
    if (!errors.tpot.empty())
        summary.tpot = error_figures(errors.tpot).median;
    return summary;
}

/// Each site by a fit to the others; empty where these are fewer figures than terms.
std::optional<EngineErrors> left_out_errors(const ReplayFit& fit, const Search& search, std::size_t sites) {
    const auto terms = std::count(search.fitted.begin(), search.fitted.end(), true);
    const GroupErrors all = fit.errors(search.values, std::nullopt);
    GroupErrors errors;
    for (std::size_t site = 0; site < sites; ++site) {
        const GroupErrors own = fit.errors(search.values, site);
        const std::size_t others = all.ttft.size() + all.tpot.size() - own.ttft.size() - own.tpot.size();
        if (others < static_cast<std::size_t>(terms))
            return std::nullopt;
        const TermValues values = fit.fit(search.values, search.fitted, site);
        const GroupErrors found = fit.errors(values, site);
        errors.ttft.insert(errors.ttft.end(), found.ttft.begin(), found.ttft.end());
        errors.tpot.insert(errors.tpot.end(), found.tpot.begin(), found.tpot.end());
    }
    return sites > 1 ? std::optional(summary(errors)) : std::nullopt;
}

std::vector<TermFinding> findings(const Search& search, const TermPrecision& precision) {
    std::vector<TermFinding> found;
    for (std::size_t term = 0; term < kTermCount; ++term) {
        found.push_back({kEngineTerms[term].name, search.values[term], precision.standard_error[term],
                         search.why_not[term]});
    }
    return found;
}

}  // namespace

EngineFinding learn_engine(const Observed& observed, const EndpointFacts& facts) {
    const std::vector<ObservedRun> runs = runs_to_replay(observed.runs);
    if (runs.empty())
        return {std::nullopt, "no file says when tokens of served requests came"};
    const RunRanges ranges = ranges_of(runs);
    EngineFit found{engine_of_facts(observed, facts, ranges), {}, 0, {}, {}, 0, 0, runs.size()};
    const ReplayEngine engine = replay_engine(found.engine, ranges);
    const std::vector<FigureGroup> groups = group_figures(runs);
    if (std::none_of(groups.begin(), groups.end(), [](const FigureGroup& group) { return group.ttft > 0; }))
        return {std::nullopt, "no first token came later than its request: there is no time to learn from"};
    const ReplayFit fit(runs, groups, engine);
    Search search = start_of(fit, solve_terms(term_equations(runs)), ranges, engine.expert_share);
    TermFlags designed{};
    for (std::size_t term = 0; term < kTermCount; ++term) designed[term] = !search.fitted[term];
    do {
        search.values = fit.fit(search.values, search.fitted, std::nullopt);
    } while (drop_one(fit, search));
    reconsider(fit, designed, search);
    simplify(fit, search);
    const TermPrecision precision = fit.precision(search.values, search.fitted);
    found.engine.step = step_of(search.values);
    found.terms = findings(search, precision);
    found.condition = precision.condition;
    found.fitted = summary(fit.errors(search.values, std::nullopt));
    found.left_out = left_out_errors(fit, search, count_sites(groups));
    const EngineErrors& told = found.left_out ? *found.left_out : found.fitted;
    found.engine.ttft_error = told.ttft;
    found.engine.tpot_error = told.tpot;
    found.engine.errors_of = found.left_out ? "left out" : "fitted";
    for (const ObservedRun& run : runs) found.requests += run.requests.size();
    for (const ObservedRun& run : observed.runs) found.requests_there += run.requests.size();
    return {std::move(found), {}};
}

}  // namespace spillway
