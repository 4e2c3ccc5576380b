#include "app/report/latency_tables.hpp"

#include <array>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

std::string shown(const LatencyFigures& figures, const std::optional<Duration>& value) {
    return show(value, figures.requests);
}

void add_latency(TextTable& table, const std::string& name, const LatencyFigures& figures,
                 const std::string& count) {
    if (figures.requests == 0)
        return;
    table.add({name, count, shown(figures, figures.mean), shown(figures, figures.p50),
               shown(figures, figures.p90), shown(figures, figures.p95), shown(figures, figures.p99),
               shown(figures, figures.max)});
}

void add_latency(TextTable& table, const std::string& name, const LatencyFigures& figures) {
    add_latency(table, name, figures, show_count(figures.requests));
}

}  // namespace

std::string latency_table(const ClassSummary& one, const LatencyFigures& itl, const std::string& of) {
    TextTable table({"latency" + of, "requests", "mean", "p50", "p90", "p95", "p99", "max"});
    add_latency(table, "completed", one.total);
    if (one.requests.missed() > 0)
        add_latency(table, "failures counted", one.total_failures_counted);
    if (one.total_cold.requests > 0) {
        add_latency(table, "met a cold start", one.total_cold);
        add_latency(table, "met none", one.total_warm);
        add_latency(table, "all, less their cold starts", one.total_without_start);
    }
    add_latency(table, "time to first token", one.ttft);
    if (one.tpot.requests > 0)
        add_latency(table, "time per output token", one.tpot);
    add_latency(table, of.empty() ? "inter-token latency" : "inter-token latency, all classes", itl,
                show_counted(itl.requests, "gap"));
    return table.text();
}

std::string parts_table(const ClassSummary& one, const std::string& of) {
    static constexpr std::array<std::string_view, kLatencyParts> kNames{
        "lost (earlier attempts)", "queue", "cold start", "load", "prefill", "decode or inference", "post"};
    TextTable table({"where the time went" + of, "mean", "p50", "p95", "p99", "of the mean", "of the p99"});
    for (std::size_t i = 0; i < one.parts.size(); ++i) {
        const PartFigures& part = one.parts[i];
        table.add({std::string(kNames[i]), show(part.mean), show(part.p50), show(part.p95), show(part.p99),
                   show_share(part.share_of_mean), show_share(part.share_of_p99)});
        if (i == static_cast<std::size_t>(LatencyPart::kQueue) &&
            one.engine_queue.max.value_or(Duration{0}) > Duration{0}) {
            table.add({"  of it in the engine", shown(one.engine_queue, one.engine_queue.mean),
                       shown(one.engine_queue, one.engine_queue.p50),
                       shown(one.engine_queue, one.engine_queue.p95),
                       shown(one.engine_queue, one.engine_queue.p99)});
        }
    }
    return table.text();
}

}  // namespace spillway
