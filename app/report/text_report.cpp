#include "app/report/text_report.hpp"

#include <fmt/format.h>

#include "app/report/answer_line.hpp"
#include "app/report/engine_table.hpp"
#include "app/report/fleet_table.hpp"
#include "app/report/format.hpp"
#include "app/report/latency_tables.hpp"
#include "app/report/money_tables.hpp"
#include "app/report/objective_tables.hpp"
#include "app/report/run_notes.hpp"
#include "app/report/stage_table.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

/// A table that may be empty, with the line after it.
std::string spaced(const std::string& table) { return table.empty() ? table : table + '\n'; }

/// What was replayed: how much, of whom, how it was spread over the time.
std::string traffic_words(const RunResult& result) {
    const RequestCounts& all = result.summary.all.requests;
    std::string text = fmt::format(
        "{}\n  {} in {}, {} in the peak minute", result.scenario, show_counted(all.offered, "request"),
        show(result.horizon.time_since_epoch()), show_count(result.traffic.peak_per_minute));
    if (result.summary.classes.size() > 1) {
        const ClassSummary& one = result.headline_class();
        text += fmt::format("; {} of class \"{}\", whose latency is above and below",
                            show_count(one.requests.offered), one.name);
    }
    text += fmt::format("\n  {}", sparkline(result.traffic.chart));
    if (result.traffic.chart.size() > 1)
        text += fmt::format("  (a bar: {})", show(result.traffic.chart_width));
    return text + "\n\n";
}

}  // namespace

std::string text_report(const RunResult& result) {
    const ClassSummary& one = result.headline_class();
    std::string text = answer_line(result) + beside_the_answer(result) + '\n' + traffic_words(result);
    text += fleet_table(result) + '\n' + spaced(engine_table(result)) +
            spaced(objective_table(result.summary)) + spaced(class_table(result));
    const std::string of = result.summary.classes.size() > 1 ? ": " + one.name : "";
    text += latency_table(one, result.itl, of) + '\n' + parts_table(one, of) + '\n';
    text += spaced(stage_table(result));
    for (const PoolResult& pool : result.pools) {
        if (pool.bill)
            text += bill_table(pool) + '\n' + reconciliation_table(pool) + '\n';
    }
    return text + run_notes(result);
}

}  // namespace spillway
