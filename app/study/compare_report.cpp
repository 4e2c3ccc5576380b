#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/study/compare.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

std::string mean_of(const Metric& metric, const Estimate& figure) {
    if (figure.has_mean())
        return show_value(metric.unit, figure.mean);
    return figure.never > 0 ? fmt::format("never in {}", figure.never) : "-";
}

std::string signed_points(double share) { return fmt::format("{:+.2f}", 100 * share); }

Json change_json(const std::optional<Change>& change) {
    if (!change)
        return nullptr;
    return {{"mean", change->mean}, {"half_width", change->half_width}};
}

Json figure_json(const Estimate& figure) {
    return {{"mean", figure.has_mean() ? Json(figure.mean) : Json(nullptr)},
            {"half_width", figure.has_interval() ? Json(figure.half_width) : Json(nullptr)},
            {"never", figure.never}};
}

std::string pairing_words(const Comparison& comparison) {
    if (!comparison.paired)
        return "not paired: each side has its own draws";
    return fmt::format("paired by common random numbers (variance of the first difference ÷ {})",
                       show_amount(comparison.variance_reduction));
}

}  // namespace

std::string show_change(const MetricComparison& one) {
    if (one.metric.unit == MetricUnit::kShare && one.difference)
        return fmt::format("{} ± {:.2f} pp", signed_points(one.difference->mean),
                           100 * one.difference->half_width);
    if (one.relative)
        return fmt::format("{} ± {:.2f}%", signed_points(one.relative->mean), 100 * one.relative->half_width);
    return "-";
}

std::string comparison_text(const Comparison& comparison) {
    TextTable table({"metric", comparison.base, comparison.head, "change", "verdict"}, {0, 4});
    for (const MetricComparison& one : comparison.metrics) {
        std::string verdict(verdict_name(one.verdict));
        if (!one.reason.empty())
            verdict += ": " + one.reason;
        table.add({one.metric.name, mean_of(one.metric, one.base), mean_of(one.metric, one.head),
                   show_change(one), verdict});
    }
    std::string text = fmt::format("{} against {}: {}; what varies: {}; {}\n", comparison.head,
                                   comparison.base, show_counted(comparison.replications, "replication"),
                                   show_vary(comparison.vary), pairing_words(comparison)) +
                       table.text();
    for (const std::string& note : comparison.notes) text += "  " + note + "\n";
    return text;
}

std::string comparison_json(const std::vector<Comparison>& comparisons) {
    Json list = Json::array();
    for (const Comparison& comparison : comparisons) {
        Json json{{"base", comparison.base},
                  {"head", comparison.head},
                  {"paired", comparison.paired},
                  {"replications", comparison.replications},
                  {"varies", show_vary(comparison.vary)},
                  {"variance_reduction", comparison.variance_reduction},
                  {"notes", comparison.notes}};
        json["metrics"] = Json::array();
        for (const MetricComparison& one : comparison.metrics) {
            json["metrics"].push_back({{"metric", one.metric.name},
                                       {"key", one.metric.key},
                                       {"base", figure_json(one.base)},
                                       {"head", figure_json(one.head)},
                                       {"relative_change", change_json(one.relative)},
                                       {"difference", change_json(one.difference)},
                                       {"verdict", verdict_name(one.verdict)},
                                       {"reason", one.reason}});
        }
        list.push_back(json);
    }
    return list.dump(2) + "\n";
}

}  // namespace spillway
