#include "app/report/text_report.hpp"

#include <fmt/format.h>

#include "app/report/answer_line.hpp"
#include "app/report/fleet_table.hpp"
#include "app/report/format.hpp"
#include "app/report/latency_tables.hpp"
#include "app/report/money_tables.hpp"
#include "app/report/objective_tables.hpp"
#include "app/report/run_notes.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

/// A table that may be empty, with the line after it.
std::string spaced(const std::string& table) { return table.empty() ? table : table + '\n'; }

}  // namespace

std::string text_report(const RunResult& result) {
    const ClassSummary& one = result.headline_class();
    std::string text = answer_line(result) + beside_the_answer(result);
    text += fmt::format("\n{}: {} of class \"{}\", {} in {}, peak {}/min\n", result.scenario,
                        show_count(one.requests.offered), one.name,
                        show_counted(result.summary.all.requests.offered, "request"),
                        show(result.horizon.time_since_epoch()), show_count(result.traffic.peak_per_minute));
    text += fmt::format("  arrivals {}\n\n", sparkline(result.traffic.chart));
    text +=
        fleet_table(result) + '\n' + spaced(objective_table(result.summary)) + spaced(class_table(result));
    text += latency_table(one) + '\n' + parts_table(one) + '\n';
    for (const PoolResult& pool : result.pools) {
        if (!pool.bill)
            continue;
        text += bill_table(pool) + '\n' + reconciliation_table(*pool.bill) + '\n';
    }
    return text + run_notes(result);
}

}  // namespace spillway
