#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/plan/plan.hpp"
#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> kStates{"finished", "refused", "infeasible", "dearer"};
constexpr std::size_t kMostExamples = 3;

std::string_view state_name(RaceState state) { return kStates.at(static_cast<std::size_t>(state)); }

const std::string& label_of(const Plan& plan, const Finalist& one) {
    return plan.contenders[one.contender].candidate.label;
}

std::string with_interval(MetricUnit unit, const Estimate& figure) {
    if (!figure.has_mean())
        return figure.never > 0 ? "never" : "-";
    return fmt::format("{} ± {}", show_value(unit, figure.mean), show_value(unit, figure.half_width));
}

std::string answer(const Plan& plan) {
    if (!plan.winner)
        return "no fleet of those tried meets the objectives on the traffic that it was not tuned on\n";
    const Finalist& winner = plan.finalists[*plan.winner];
    std::string text = fmt::format("{}: {} an hour", label_of(plan, winner),
                                   with_interval(MetricUnit::kUsd, estimate(winner.runs.of(0))));
    text += fmt::format("; the cheapest in {} of {}", show_share(plan.share_cheapest),
                        show_counted(winner.runs.runs.size(), "confirming replication"));
    for (const Finalist& one : plan.finalists) {
        if (&one != &winner && one.standing == Standing::kHolds && one.dearer) {
            text += fmt::format("; the next, {}, costs {:+.1f}% ± {:.1f}%", label_of(plan, one),
                                100 * one.dearer->mean, 100 * one.dearer->half_width);
            break;
        }
    }
    return text + "\n";
}

std::string finalists_table(const Plan& plan) {
    std::vector<std::string> header{"fleet", "cost"};
    for (const PlannedObjective& one : plan.objectives) header.push_back(one.text);
    header.emplace_back("against the winner");
    header.emplace_back("");
    TextTable table(header, {0, header.size() - 1});
    for (std::size_t i = 0; i < plan.finalists.size(); ++i) {
        const Finalist& one = plan.finalists[i];
        std::vector<std::string> cells{label_of(plan, one),
                                       with_interval(MetricUnit::kUsd, estimate(one.runs.of(0)))};
        for (std::size_t k = 0; k < plan.objectives.size(); ++k)
            cells.push_back(with_interval(plan.objectives[k].metric.unit, estimate(one.runs.of(k + 1))));
        cells.push_back(one.dearer ? fmt::format("{:+.1f}% ± {:.1f}%", 100 * one.dearer->mean,
                                                 100 * one.dearer->half_width)
                                   : "-");
        cells.push_back(plan.winner == i ? "winner" : std::string(standing_name(one.standing)));
        table.add(std::move(cells));
    }
    return table.text();
}

/// How many went out and why, with the first few.
std::string out_lines(const Plan& plan, RaceState state, std::string_view words) {
    std::size_t count = 0;
    std::string text;
    for (const Contender& one : plan.contenders) {
        if (one.state == state && count++ < kMostExamples)
            text += fmt::format("    {}: {}\n", one.candidate.label, one.reason);
    }
    return count == 0 ? text : fmt::format("  {} {}\n{}", count, words, text);
}

Json estimate_json(const Estimate& figure) {
    return {{"mean", figure.has_mean() ? Json(figure.mean) : Json(nullptr)},
            {"half_width", figure.has_interval() ? Json(figure.half_width) : Json(nullptr)},
            {"never", figure.never}};
}

Json figures_json(const Plan& plan, const Replications& runs) {
    Json figures{{"cost_per_hour_usd", estimate_json(estimate(runs.of(0)))}};
    for (std::size_t k = 0; k < plan.objectives.size(); ++k)
        figures[plan.objectives[k].metric.key] = estimate_json(estimate(runs.of(k + 1)));
    return figures;
}

Json finalist_json(const Plan& plan, std::size_t number) {
    const Finalist& one = plan.finalists[number];
    Json json{{"fleet", label_of(plan, one)},
              {"winner", plan.winner == number},
              {"standing", standing_name(one.standing)},
              {"miss", one.miss},
              {"replications", one.runs.runs.size()},
              {"figures", figures_json(plan, one.runs)}};
    json["dearer_than_winner"] =
        one.dearer ? Json{{"mean", one.dearer->mean}, {"half_width", one.dearer->half_width}} : Json(nullptr);
    return json;
}

}  // namespace

std::string plan_text(const Plan& plan) {
    std::string text = answer(plan);
    text += fmt::format("{}: {}; {}; 95% intervals; what varies: {}\n\n", plan.scenario,
                        show_counted(plan.contenders.size(), "candidate"), plan.split, show_vary(plan.vary));
    if (!plan.finalists.empty())
        text += finalists_table(plan) + "\n";
    text += out_lines(plan, RaceState::kInfeasible, "miss an objective, the first of them:");
    text += out_lines(plan, RaceState::kDearer, "are dearer, the first of them:");
    text += out_lines(plan, RaceState::kRefused, "cannot be run, the first of them:");
    return text;
}

std::string plan_json(const Plan& plan) {
    Json json{{"scenario", plan.scenario}, {"split", plan.split}, {"varies", show_vary(plan.vary)}};
    json["objectives"] = Json::array();
    for (const PlannedObjective& one : plan.objectives) json["objectives"].push_back(one.text);
    json["winner"] = plan.winner ? Json(label_of(plan, plan.finalists[*plan.winner])) : Json(nullptr);
    json["share_cheapest"] = plan.winner ? Json(plan.share_cheapest) : Json(nullptr);
    json["finalists"] = Json::array();
    for (std::size_t i = 0; i < plan.finalists.size(); ++i)
        json["finalists"].push_back(finalist_json(plan, i));
    json["candidates"] = Json::array();
    for (const Contender& one : plan.contenders) {
        Json row{{"fleet", one.candidate.label},
                 {"state", state_name(one.state)},
                 {"reason", one.reason},
                 {"replications", one.runs.runs.size()}};
        if (!one.runs.runs.empty())
            row["figures"] = figures_json(plan, one.runs);
        json["candidates"].push_back(row);
    }
    return json.dump(2) + "\n";
}

std::string plan_csv(const Plan& plan) {
    std::string text = "fleet,state,replications,cost_per_hour_usd,cost_per_hour_usd_half_width";
    for (const PlannedObjective& one : plan.objectives)
        text += fmt::format(",{0},{0}_half_width", csv_field(one.metric.key));
    text += ",reason\n";
    for (const Contender& one : plan.contenders) {
        text += fmt::format("{},{},{}", csv_field(one.candidate.label), state_name(one.state),
                            one.runs.runs.size());
        for (std::size_t k = 0; k <= plan.objectives.size(); ++k) {
            const Estimate figure = one.runs.runs.empty() ? Estimate{} : estimate(one.runs.of(k));
            text += figure.has_interval() ? fmt::format(",{},{}", figure.mean, figure.half_width)
                                          : (figure.never > 0 ? ",never," : ",,");
        }
        text += "," + csv_field(one.reason) + "\n";
    }
    return text;
}

}  // namespace spillway
