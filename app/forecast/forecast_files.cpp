#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/forecast/forecast.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

Json bounded_json(const Bounded<Money>& figure) {
    return {
        {"usd", to_usd(figure.value)}, {"low_usd", to_usd(figure.low)}, {"high_usd", to_usd(figure.high)}};
}

Json bill_forecast_json(const std::optional<BillForecast>& bill) {
    if (!bill)
        return nullptr;
    Json json{{"mean", {{"usd", to_usd(bill->mean)}, {"low_usd", nullptr}, {"high_usd", nullptr}}},
              {"p50", nullptr},
              {"p95", nullptr},
              {"over_budget", nullptr}};
    if (!bill->spread)
        return json;
    json["mean"] = bounded_json(bill->spread->mean);
    json["p50"] = bounded_json(bill->spread->p50);
    json["p95"] = bounded_json(bill->spread->p95);
    if (const auto& over = bill->spread->over)
        json["over_budget"] = {{"chance", over->value}, {"low", over->low}, {"high", over->high}};
    return json;
}

Json seen_hour_json(const std::optional<SeenHour>& seen) {
    if (!seen)
        return nullptr;
    return {{"usd", to_usd(seen->hour.cost)},
            {"requests", seen->hour.requests},
            {"hour_of_window", seen->hour.hour},
            {"load", seen->load}};
}

Json month_forecast_json(const MonthForecast& month) {
    const auto& calendar = month.load.calendar;
    Json json{{"month", month.load.number},
              {"calendar", calendar ? Json(calendar->text()) : Json(nullptr)},
              {"load", month.load.load}};
    json["spans"] = Json::array();
    for (const LoadSpan& span : month.load.spans)
        json["spans"].push_back({{"load", span.load}, {"hours", to_seconds(span.length) / 3600}});
    json["bill"] = bill_forecast_json(month.bill);
    json["runs"] = month.runs;
    json["not_settled"] = month.unsettled;
    json["dearest_hour_mean_usd"] = month.dearest_mean ? Json(to_usd(*month.dearest_mean)) : Json(nullptr);
    json["dearest_hour_seen"] = seen_hour_json(month.dearest);
    return json;
}

Json quota_json(const QuotaForecast& quota) {
    return {{"pool", quota.pool},
            {"gpu", quota.gpu.empty() ? Json(nullptr) : Json(quota.gpu)},
            {"gpus_p95", quota.gpus_p95 ? Json(*quota.gpus_p95) : Json(nullptr)},
            {"gpus_seen", quota.gpus_seen},
            {"gpus_allowed", quota.gpus_allowed},
            {"at_limit", quota.at_limit},
            {"limit_month", quota.limit_month ? Json(*quota.limit_month) : Json(nullptr)}};
}

Json month_or_null(const std::optional<int>& month) { return month ? Json(*month) : Json(nullptr); }

}  // namespace

std::string forecast_json(const Forecast& forecast) {
    const auto& budget = forecast.rules.budget;
    Json json{{"scenario", forecast.scenario},
              {"month_basis", kMonthBasisNames[static_cast<std::size_t>(forecast.basis)]},
              {"varies", show_vary(forecast.rules.vary)},
              {"window_hours", to_seconds(forecast.window) / 3600},
              {"month_hours", to_seconds(forecast.month_length) / 3600},
              {"loads", forecast.loads},
              {"windows", forecast.windows},
              {"model_draws", forecast.draws},
              {"windows_a_month", forecast.windows_a_month},
              {"deviation_factor", forecast.spread_factor},
              {"drawn_months", kDrawnMonths},
              {"has_intervals", forecast.tells_a_month},
              {"budget_usd", budget ? Json(to_usd(*budget)) : Json(nullptr)},
              {"first_month_over_5_percent", month_or_null(forecast.first_over(0.05))},
              {"first_month_over_50_percent", month_or_null(forecast.first_over(0.5))}};
    json["months"] = Json::array();
    for (const MonthForecast& month : forecast.months) json["months"].push_back(month_forecast_json(month));
    json["together"] = bill_forecast_json(forecast.total);
    json["quota_months"] = forecast.quota_months;
    json["quotas"] = Json::array();
    for (const QuotaForecast& quota : forecast.quotas) json["quotas"].push_back(quota_json(quota));
    json["sources"] = forecast.sources;
    return json.dump(2) + "\n";
}

std::string forecast_csv(const Forecast& forecast) {
    std::string text =
        "month,calendar,load,mean_usd,mean_low_usd,mean_high_usd,p50_usd,p50_low_usd,p50_high_usd,p95_usd,"
        "p95_low_usd,p95_high_usd,"
        "over_budget,over_budget_low,over_budget_high,dearest_hour_mean_usd,runs,not_settled\n";
    for (const MonthForecast& month : forecast.months) {
        text += fmt::format("{},{},{}", month.load.number,
                            month.load.calendar ? month.load.calendar->text() : "", month.load.load);
        const bool has_spread = month.bill && month.bill->spread;
        const BillSpread spread = has_spread ? *month.bill->spread : BillSpread{};
        text += month.bill ? fmt::format(",{}", to_usd(month.bill->mean)) : ",";
        const auto interval = [&](const Bounded<Money>& one) {
            return has_spread ? fmt::format(",{},{}", to_usd(one.low), to_usd(one.high)) : ",,";
        };
        text += interval(spread.mean);
        for (const Bounded<Money>& one : {spread.p50, spread.p95})
            text += (has_spread ? fmt::format(",{}", to_usd(one.value)) : ",") + interval(one);
        text += spread.over
                    ? fmt::format(",{},{},{}", spread.over->value, spread.over->low, spread.over->high)
                    : ",,,";
        text += month.dearest_mean ? fmt::format(",{}", to_usd(*month.dearest_mean)) : ",";
        text += fmt::format(",{},{}\n", month.runs, month.unsettled);
    }
    return text;
}

}  // namespace spillway
