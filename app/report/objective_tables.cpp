#include "app/report/objective_tables.hpp"

#include <cmath>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

std::string deadline_words(const DeadlineResult& one, const RequestCounts& count) {
    if (!one.deadline)
        return "-";
    return fmt::format("{} in {}", show_share(count.share(one.met)), show(*one.deadline));
}

}  // namespace

std::string objective_table(const Summary& summary) {
    if (summary.slos.empty())
        return {};
    TextTable table({"objective", "observed", "held"});
    for (const SloResult& result : summary.slos) {
        const bool share = result.slo.measure >= SloMeasure::kColdShare;
        std::string text = result.slo.text;
        if (result.slo.class_id && text.find("class=") == std::string::npos) {
            text += " for class=" + summary.classes[result.slo.class_id->value].name;
        }
        table.add({text, share ? show_share(result.observed_share) : show(result.observed, result.requests),
                   result.attained ? "yes" : "NO"});
    }
    return table.text();
}

std::string class_table(const RunResult& result) {
    if (result.summary.classes.size() < 2)
        return {};
    TextTable table({"class", "offered", "completed", "cold", "failed", "inside SLO", "in deadline",
                     "completed/h", "p50", "p95", "p99"});
    for (std::size_t i = 0; i < result.summary.classes.size(); ++i) {
        const ClassSummary& one = result.summary.classes[i];
        const RequestCounts& count = one.requests;
        table.add({one.name, show_count(count.offered), show_count(count.completed),
                   show_share(count.share(count.cold)), show_share(count.share(count.missed())),
                   show_share(count.share(count.inside_slo)), deadline_words(result.deadlines[i], count),
                   show_amount(std::round(result.deadlines[i].completed_per_hour)),
                   show(one.total.p50, one.total.requests), show(one.total.p95, one.total.requests),
                   show(one.total.p99, one.total.requests)});
    }
    return table.text();
}

}  // namespace spillway
