#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/breakeven/break_even.hpp"
#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kAxes{"load", "duty cycle", "burstiness"};

std::string_view axis_name(const BreakEven& result) {
    return kAxes.at(static_cast<std::size_t>(result.rules.axis));
}

/// "0.35 times this load", "62% of the time with traffic", "4.2 times this burstiness".
std::string at_words(const BreakEven& result, double load) {
    switch (result.rules.axis) {
        case LoadAxis::kLoad:
            return fmt::format("{:.3g} times this load", load);
        case LoadAxis::kDuty:
            return fmt::format("{} of the time with traffic", show_share(load));
        case LoadAxis::kBurstiness:
            break;
    }
    return fmt::format("{:.3g} times this burstiness", load);
}

std::string mean_text(const std::vector<Reading>& readings) {
    const Estimate figure = estimate(readings);
    return figure.has_mean() ? show_usd(figure.mean) : "-";
}

std::string change_text(const LoadPoint& point) {
    const auto difference = point.difference();
    return difference ? fmt::format("{} ± {}", show_usd(difference->mean), show_usd(difference->half_width))
                      : "-";
}

/// Whether the serverless fleet keeps its promises there.
std::string_view standing_words(const LoadPoint& point) {
    return point.standing ? standing_name(*point.standing) : "-";
}

/// Being cheap is no merit of a fleet that does not do its work.
std::string misses_words(const BreakEven& result) {
    for (const LoadPoint& point : result.points) {
        if (point.standing == Standing::kMisses)
            return fmt::format(
                "but the serverless fleet misses its objectives at {}, the least of those where it does\n",
                at_words(result, point.load));
    }
    return {};
}

std::string growth_words(const BreakEven& result, double growth) {
    // The nearest first: of growing load the lowest, of shrinking load the highest.
    std::vector<Crossing> crossings = result.crossings;
    if (growth < 0)
        std::reverse(crossings.begin(), crossings.end());
    for (const Crossing& crossing : crossings) {
        const auto month = months_until(crossing.load, growth);
        if (!month)
            continue;
        const auto first =
            months_until(growth > 0 ? std::max(1.0, crossing.low) : std::min(1.0, crossing.high), growth);
        const auto last = months_until(growth > 0 ? crossing.high : crossing.low, growth);
        return fmt::format(
            "at {:+.3g}% a month, {} becomes the cheaper in month {:.0f} (between {:.0f} and {:.0f})\n",
            100 * growth, crossing.to_on_demand == (growth > 0) ? "on-demand" : "serverless",
            std::ceil(*month), std::floor(first.value_or(0)) + 0.0, std::ceil(last.value_or(*month)));
    }
    return fmt::format("at {:+.3g}% a month, the cheaper way does not change within the loads looked at\n",
                       100 * growth);
}

std::string answer(const BreakEven& result) {
    std::string text;
    for (const Crossing& one : result.crossings)
        text += fmt::format("{} is the cheaper above {} (95%: {:.3g} to {:.3g})\n",
                            one.to_on_demand ? "on-demand" : "serverless", at_words(result, one.load),
                            one.low, one.high);
    if (!text.empty())
        return text;
    for (const LoadPoint& point : result.points) {
        if (const auto difference = point.difference())
            return fmt::format("{} is the cheaper at every {} from {:.3g} to {:.3g}\n",
                               difference->mean > 0 ? "on-demand" : "serverless", axis_name(result),
                               result.rules.from, result.rules.to);
    }
    return text;
}

}  // namespace

std::string break_even_text(const BreakEven& result, const std::optional<double>& growth) {
    std::string text = answer(result) + misses_words(result);
    if (growth)
        text += growth_words(result, *growth);
    if (result.rules.axis == LoadAxis::kLoad)
        text += result.textbook
                    ? fmt::format("the textbook's crossing is at {}\n", at_words(result, *result.textbook))
                    : std::string("the textbook's two figures do not cross within these loads\n");
    text += fmt::format("{} against {}; {}; what varies: {}\n\n", result.scenario, result.alternative,
                        show_counted(result.rules.replications, "replication"), show_vary(result.rules.vary));
    TextTable table({std::string(axis_name(result)), "serverless $/h", "on-demand $/h", "difference",
                     "fixed workers", "objectives"});
    for (const LoadPoint& point : result.points)
        table.add({fmt::format("{:.3g}", point.load), mean_text(point.serverless), mean_text(point.on_demand),
                   change_text(point), point.fixed_workers ? fmt::format("{}", *point.fixed_workers) : "-",
                   std::string(standing_words(point))});
    text += table.text() + "\n";
    TextTable effects({"at this load, from the textbook to what it costs", "$/h"});
    for (const TextbookLine& line : result.effects) effects.add({line.what, show_usd(line.usd_per_hour)});
    return text + effects.text();
}

std::string break_even_json(const BreakEven& result, const std::optional<double>& growth) {
    Json json{{"scenario", result.scenario},
              {"alternative", result.alternative},
              {"axis", axis_name(result)},
              {"replications", result.rules.replications},
              {"varies", show_vary(result.rules.vary)},
              {"textbook_crossing", result.textbook ? Json(*result.textbook) : Json(nullptr)}};
    json["crossings"] = Json::array();
    for (const Crossing& one : result.crossings) {
        const auto month = growth ? months_until(one.load, *growth) : std::nullopt;
        json["crossings"].push_back({{"at", one.load},
                                     {"low", one.low},
                                     {"high", one.high},
                                     {"cheaper_above", one.to_on_demand ? "on-demand" : "serverless"},
                                     {"month", month ? Json(*month) : Json(nullptr)}});
    }
    json["points"] = Json::array();
    for (const LoadPoint& point : result.points) {
        const auto difference = point.difference();
        const Estimate serverless = estimate(point.serverless);
        const Estimate on_demand = estimate(point.on_demand);
        json["points"].push_back(
            {{"at", point.load},
             {"serverless_per_hour_usd", serverless.has_mean() ? Json(serverless.mean) : Json(nullptr)},
             {"on_demand_per_hour_usd", on_demand.has_mean() ? Json(on_demand.mean) : Json(nullptr)},
             {"difference_usd", difference ? Json(difference->mean) : Json(nullptr)},
             {"difference_half_width_usd", difference ? Json(difference->half_width) : Json(nullptr)},
             {"fixed_workers", point.fixed_workers ? Json(*point.fixed_workers) : Json(nullptr)},
             {"objectives", standing_words(point)}});
    }
    json["effects"] = Json::array();
    for (const TextbookLine& line : result.effects)
        json["effects"].push_back({{"what", line.what}, {"usd_per_hour", line.usd_per_hour}});
    return json.dump(2) + "\n";
}

std::string break_even_csv(const BreakEven& result) {
    std::string text =
        "at,serverless_per_hour_usd,on_demand_per_hour_usd,difference_usd,difference_half_width_usd,"
        "fixed_workers,objectives\n";
    const auto cell = [](bool known, double value) {
        return known ? fmt::format(",{}", value) : std::string(",");
    };
    for (const LoadPoint& point : result.points) {
        const auto difference = point.difference();
        const Estimate serverless = estimate(point.serverless);
        const Estimate on_demand = estimate(point.on_demand);
        text += fmt::format("{}", point.load) + cell(serverless.has_mean(), serverless.mean) +
                cell(on_demand.has_mean(), on_demand.mean) +
                cell(difference.has_value(), difference ? difference->mean : 0) +
                cell(difference.has_value(), difference ? difference->half_width : 0) +
                (point.fixed_workers ? fmt::format(",{}", *point.fixed_workers) : std::string(",")) +
                fmt::format(",{}\n", standing_words(point));
    }
    return text;
}

}  // namespace spillway
