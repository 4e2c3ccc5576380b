#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/advise/advise.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

using AdviceJson = nlohmann::ordered_json;

AdviceJson saved_json(const std::optional<Change>& change) {
    if (!change)
        return nullptr;
    return {{"mean", change->mean}, {"half_width", change->half_width}};
}

AdviceJson advised_figure(const Estimate& figure) {
    return {{"mean", figure.has_mean() ? AdviceJson(figure.mean) : AdviceJson(nullptr)},
            {"half_width", figure.has_interval() ? AdviceJson(figure.half_width) : AdviceJson(nullptr)},
            {"never", figure.never}};
}

AdviceJson advised_figures(const Advice& advice, const Replications& runs) {
    AdviceJson figures = AdviceJson::object();
    for (std::size_t i = 0; i < advice.metrics.size(); ++i)
        figures[advice.metrics[i].key] = advised_figure(estimate(runs.of(i)));
    return figures;
}

AdviceJson setting_json(const Advice& advice, const AdvisedSetting& setting) {
    AdviceJson json{{"setting", setting.candidate.label},
                    {"objectives", standing_name(setting.standing)},
                    {"reason", setting.reason},
                    {"saved_per_hour_usd", saved_json(setting.saved_usd)},
                    {"saved_per_month_usd", saved_json(setting.saved_month_usd)},
                    {"saved_share", saved_json(setting.saved)},
                    {"saved_share_when_tuned", saved_json(setting.tuned)},
                    {"figures", advised_figures(advice, setting.runs)}};
    AdviceJson differences_of = AdviceJson::object();
    for (const std::size_t metric : advice.shown) {
        const Estimate one = estimate(differences(advice.base.of(metric), setting.runs.of(metric)));
        differences_of[advice.metrics[metric].key] = advised_figure(one);
    }
    json["differences"] = differences_of;
    return json;
}

std::string csv_cells(const std::optional<Change>& change) {
    return change ? fmt::format(",{},{}", change->mean, change->half_width) : ",,";
}

std::string csv_cells(const Estimate& figure) {
    return figure.has_interval() ? fmt::format(",{},{}", figure.mean, figure.half_width)
                                 : (figure.never > 0 ? ",never," : ",,");
}

std::string advice_row(const Advice& advice, const std::string& name, const AdvisedSetting* setting,
                       const std::string& reason) {
    std::string text = csv_field(name);
    text += "," + csv_field(setting != nullptr ? setting->candidate.label : "") + ",";
    text += setting != nullptr ? standing_name(setting->standing) : "not tried";
    text += setting != nullptr ? csv_cells(std::optional(setting->saved_usd)) : ",,";
    for (const auto part : {&AdvisedSetting::saved_month_usd, &AdvisedSetting::saved, &AdvisedSetting::tuned})
        text += setting != nullptr ? csv_cells(setting->*part) : ",,";
    for (const std::size_t metric : advice.shown)
        text += setting != nullptr ? csv_cells(estimate(setting->runs.of(metric))) : ",,";
    return text + "," + csv_field(reason) + "\n";
}

}  // namespace

std::string advice_json(const Advice& advice) {
    AdviceJson json{{"schema", "spillway.advice/1"},
                    {"scenario", advice.scenario},
                    {"split", advice.split},
                    {"varies", show_vary(advice.vary)},
                    {"replications", advice.base.runs.size()},
                    {"own_objectives", advice.own_objectives}};
    json["objectives"] = AdviceJson::array();
    for (const PlannedObjective& one : advice.objectives) json["objectives"].push_back(one.text);
    json["as_it_stands"] = {{"objectives", standing_name(advice.base_standing)},
                            {"reason", advice.base_reason},
                            {"figures", advised_figures(advice, advice.base)}};
    json["savings"] = AdviceJson::array();
    for (const AdviceRow& row : advice.rows) {
        AdviceJson one{{"saving", row.saving->name},     {"title", row.saving->title},
                       {"assumes", row.saving->assumes}, {"settings", row.tries},
                       {"refused", row.refused},         {"not_tried", row.why_not}};
        one["confirmed"] = row.setting ? setting_json(advice, *row.setting) : AdviceJson(nullptr);
        json["savings"].push_back(std::move(one));
    }
    json["together"] = nullptr;
    if (advice.together) {
        AdviceJson names = AdviceJson::array();
        for (const Saving* saving : advice.together->savings) names.push_back(saving->name);
        json["together"] = {{"savings", names},
                            {"confirmed", setting_json(advice, advice.together->setting)}};
    }
    return json.dump(2) + "\n";
}

std::string advice_csv(const Advice& advice) {
    std::string text = "saving,setting,objectives";
    for (const std::string_view name :
         {"saved_per_hour_usd", "saved_per_month_usd", "saved_share", "saved_share_when_tuned"})
        text += fmt::format(",{0},{0}_half_width", name);
    for (const std::size_t metric : advice.shown)
        text += fmt::format(",{0},{0}_half_width", csv_field(advice.metrics[metric].key));
    text += ",reason\n";
    if (advice.together)
        text += advice_row(advice, "together", &advice.together->setting, together_names(*advice.together));
    for (const AdviceRow& row : advice.rows)
        text += advice_row(advice, std::string(row.saving->name), row.setting ? &*row.setting : nullptr,
                           row.setting ? row.setting->reason : row.why_not);
    return text;
}

}  // namespace spillway
