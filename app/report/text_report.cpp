#include "app/report/text_report.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

std::string cost_words(const RunResult& result) {
    if (result.pools.end() == std::find_if(result.pools.begin(), result.pools.end(),
                                           [](const PoolResult& pool) { return pool.bill.has_value(); })) {
        return "no price given";
    }
    std::string words = result.month
                            ? fmt::format("{} a month", show_usd(to_usd(*result.month)))
                            : fmt::format("{} per hour of this traffic", show_usd(result.cost_per_hour()));
    if (const auto each = result.cost_per_thousand_inside()) {
        words += fmt::format(", {} per 1,000 requests inside the SLO", show_usd(*each));
    } else {
        words += ", no request inside the SLO";
    }
    return words;
}

std::string latency_words(const ClassSummary& one) {
    const auto shown = [&](const std::optional<Duration>& time) { return show(time, one.total.requests); };
    return fmt::format("p50 {}, p95 {}, p99 {}", shown(one.total.p50), shown(one.total.p95),
                       shown(one.total.p99));
}

std::string share_words(const ClassSummary& one) {
    const RequestCounts& count = one.requests;
    return fmt::format("{} met a cold start, {} failed, SLO attainment {}",
                       show_share(count.share(count.cold)), show_share(count.share(count.missed())),
                       show_share(count.share(count.inside_slo)));
}

std::string latency_row(const LatencyFigures& figures, const std::optional<Duration>& value) {
    return show(value, figures.requests);
}

void add_latency(TextTable& table, const std::string& name, const LatencyFigures& figures) {
    if (figures.requests == 0)
        return;
    table.add({name, show_count(figures.requests), latency_row(figures, figures.mean),
               latency_row(figures, figures.p50), latency_row(figures, figures.p90),
               latency_row(figures, figures.p95), latency_row(figures, figures.p99),
               latency_row(figures, figures.max)});
}

std::string latency_section(const ClassSummary& one) {
    TextTable table({"latency", "requests", "mean", "p50", "p90", "p95", "p99", "max"});
    add_latency(table, "completed", one.total);
    if (one.requests.missed() > 0)
        add_latency(table, "failures counted", one.total_failures_counted);
    if (one.total_cold.requests > 0) {
        add_latency(table, "met a cold start", one.total_cold);
        add_latency(table, "did not", one.total_warm);
        add_latency(table, "all, less their cold starts", one.total_without_start);
    }
    add_latency(table, "time to first token", one.ttft);
    if (one.tpot.requests > 0)
        add_latency(table, "time per output token", one.tpot);
    return table.text();
}

std::string parts_section(const ClassSummary& one) {
    static constexpr std::array<std::string_view, kLatencyParts> kNames{
        "lost (earlier attempts)", "queue", "cold start", "load", "prefill", "decode or inference", "post"};
    TextTable table({"where the time went", "mean", "p50", "p95", "p99", "of the mean", "of the p99"});
    for (std::size_t i = 0; i < one.parts.size(); ++i) {
        const PartFigures& part = one.parts[i];
        table.add({std::string(kNames[i]), show(part.mean), show(part.p50), show(part.p95), show(part.p99),
                   show_share(part.share_of_mean), show_share(part.share_of_p99)});
        if (i == static_cast<std::size_t>(LatencyPart::kQueue) &&
            one.engine_queue.max.value_or(Duration{0}) > Duration{0}) {
            table.add({"  of it in the engine", latency_row(one.engine_queue, one.engine_queue.mean),
                       latency_row(one.engine_queue, one.engine_queue.p50),
                       latency_row(one.engine_queue, one.engine_queue.p95),
                       latency_row(one.engine_queue, one.engine_queue.p99)});
        }
    }
    return table.text();
}

std::string fleet_section(const RunResult& result) {
    TextTable table({"fleet", "policy", "workers p50", "mean", "max", "starts", "occupied", "loaded",
                     "peak at once", "peak queue"});
    for (const PoolResult& pool : result.pools) {
        const bool api = pool.setup.sort == PoolSort::kApi;
        table.add({pool.setup.name + (pool.setup.gpu ? " (" + *pool.setup.gpu + ")" : ""), pool.setup.policy,
                   api ? "-" : std::to_string(pool.workers_p50),
                   api ? "-" : fmt::format("{:.2f}", pool.workers_mean),
                   api ? "-" : std::to_string(pool.usage.peak_workers),
                   api ? "-" : show_count(pool.usage.starts), api ? "-" : show_share(pool.occupied_share),
                   api ? "-" : show_share(pool.loaded_share), std::to_string(pool.usage.peak_in_flight),
                   std::to_string(pool.usage.peak_queue)});
    }
    return table.text();
}

std::string pool_notes(const PoolResult& pool) {
    std::string text;
    const auto note = [&](const std::string& words) {
        text += fmt::format("  {}: {}\n", pool.setup.name, words);
    };
    const PoolUsage& usage = pool.usage;
    if (usage.clamped > 0) {
        note(fmt::format("at its limit {} of the time ({} decisions asked for more)",
                         show_share(to_seconds(usage.at_limit) / to_seconds(usage.window)),
                         show_count(usage.clamped)));
    }
    if (usage.failed_starts > 0)
        note(fmt::format("{} starts failed", show_count(usage.failed_starts)));
    if (usage.cancelled_starts > 0)
        note(fmt::format("{} starts were cancelled", show_count(usage.cancelled_starts)));
    if (usage.overflowed > 0) {
        note(fmt::format("{} requests overflowed; it would have served {} of them sooner",
                         show_count(usage.overflowed), show_count(usage.overflowed_base_sooner)));
    }
    return text;
}

std::string money_section(const PoolResult& pool) {
    const PoolBill& bill = *pool.bill;
    std::vector<std::string> header{"where the money went: " + pool.setup.name, "usage", "window"};
    if (bill.month)
        header.emplace_back("month");
    TextTable table(std::move(header));
    for (std::size_t i = 0; i < bill.bill.lines.size(); ++i) {
        const BillLine& line = bill.bill.lines[i];
        if (line.usage == 0 && line.amount == Money{})
            continue;
        std::string name(line_name(line.kind));
        if (!line.name.empty())
            name += " (" + line.name + ")";
        std::vector<std::string> row{name,
                                     fmt::format("{:.6g} {}", readable_usage(line, {}), readable_unit(line)),
                                     format_money(line.amount, 4)};
        if (bill.month)
            row.push_back(format_money(bill.month->lines[i].amount, 2));
        table.add(std::move(row));
    }
    std::vector<std::string> total{"total", "", format_money(bill.bill.total, 4)};
    if (bill.month)
        total.push_back(format_money(bill.month->total, 2));
    table.add(std::move(total));
    return table.text();
}

std::string reconciliation_section(const PoolBill& bill) {
    TextTable table({"textbook against bill", "window"});
    const Reconciliation& reconciliation = bill.reconciliation;
    const bool api = bill.purchase.contract.tokens.has_value();
    table.add(
        {api ? "tokens x price" : "calls x mean seconds x price", format_money(reconciliation.textbook, 4)});
    for (const BillDifference& difference : reconciliation.differences) {
        if (difference.amount == Money{})
            continue;
        const std::string sign = difference.amount > Money{} ? "+ " : "- ";
        const Money size = difference.amount > Money{} ? difference.amount : -difference.amount;
        table.add({std::string(difference.name), sign + format_money(size, 4)});
    }
    table.add({"bill", format_money(reconciliation.bill, 4)});
    return table.text();
}

std::string slo_section(const Summary& summary) {
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
    return table.text() + '\n';
}

std::string deadline_words(const DeadlineResult& one, const RequestCounts& count) {
    if (!one.deadline)
        return "-";
    return fmt::format("{} in {}", show_share(count.share(one.met)), show(*one.deadline));
}

std::string class_section(const RunResult& result) {
    if (result.summary.classes.size() < 2)
        return {};
    TextTable table({"class", "offered", "completed", "cold", "failed", "inside SLO", "deadline", "per hour",
                     "p50", "p95", "p99"});
    for (std::size_t i = 0; i < result.summary.classes.size(); ++i) {
        const ClassSummary& one = result.summary.classes[i];
        const RequestCounts& count = one.requests;
        table.add({one.name, show_count(count.offered), show_count(count.completed),
                   show_share(count.share(count.cold)), show_share(count.share(count.missed())),
                   show_share(count.share(count.inside_slo)), deadline_words(result.deadlines[i], count),
                   fmt::format("{:.0f}", result.deadlines[i].completed_per_hour),
                   latency_row(one.total, one.total.p50), latency_row(one.total, one.total.p95),
                   latency_row(one.total, one.total.p99)});
    }
    return table.text() + '\n';
}

std::string month_words(const RunResult& result) {
    switch (result.month_basis) {
        case MonthBasis::kTraffic:
            return "a month is the traffic's own time scaled to the month";
        case MonthBasis::kShape:
            return "a month is made from the scenario's month_shape";
        case MonthBasis::kTooShort:
            return "no monthly figure: it takes a week of traffic, or a month_shape";
        case MonthBasis::kNotSettled:
            return "NOT SETTLED: " + result.unsettled_reason + "; no monthly figure";
    }
    return {};
}

std::string notes(const RunResult& result) {
    std::string text;
    for (const PoolResult& pool : result.pools) text += pool_notes(pool);
    for (const ReasonCount& reason : result.summary.all.reasons) {
        text += fmt::format("  {} requests {}: {}\n", show_count(reason.requests),
                            kOutcomeNames[static_cast<std::size_t>(reason.outcome)], reason.reason);
    }
    const Leftover& left = result.leftover;
    if (left.requests > 0) {
        Duration work{0};
        for (const PoolResult& pool : result.pools)
            work += pool.usage.drain_busy * pool.bill.value_or(PoolBill{}).purchase.gpus_per_worker;
        text += fmt::format("  left at the end: {} requests, {} of GPU time, {}; drained after {}\n",
                            show_count(left.requests), show(work), show_usd(to_usd(result.drain_cost)),
                            show(left.drained));
    }
    for (const RuledOut& pool : result.ruled_out) {
        text += fmt::format("  {} is ruled out: it lacks the tag \"{}\"\n", pool.pool, pool.missing_tag);
    }
    for (const ReadCount& read : result.reads) {
        if (read.bad > 0)
            text +=
                fmt::format("  {}: {} of {} rows were bad and left out\n", read.file, read.bad, read.rows);
    }
    text += fmt::format("  {}\n", month_words(result));
    return text;
}

}  // namespace

std::string answer_line(const RunResult& result) {
    const ClassSummary& one = result.headline_class();
    return fmt::format("{}; {}; {}\n", cost_words(result), latency_words(one), share_words(one));
}

std::string text_report(const RunResult& result) {
    const ClassSummary& one = result.headline_class();
    std::string text = answer_line(result);
    text += fmt::format("\n{}: {} of class \"{}\", {} requests in {}, peak {}/min\n", result.scenario,
                        show_count(one.requests.offered), one.name,
                        show_count(result.summary.all.requests.offered),
                        show(result.horizon.time_since_epoch()), show_count(result.traffic.peak_per_minute));
    text += fmt::format("  arrivals {}\n\n", sparkline(result.traffic.chart));
    text += fleet_section(result) + '\n' + slo_section(result.summary) + class_section(result);
    text += latency_section(one) + '\n' + parts_section(one) + '\n';
    for (const PoolResult& pool : result.pools) {
        if (!pool.bill)
            continue;
        text += money_section(pool) + '\n' + reconciliation_section(*pool.bill) + '\n';
    }
    return text + notes(result);
}

std::string side_by_side(const std::vector<RunResult>& results) {
    TextTable table({"scenario", "$/h", "month", "$/1k inside SLO", "p50", "p95", "p99", "cold", "failed",
                     "inside SLO", "workers", "occupied"});
    for (const RunResult& result : results) {
        const ClassSummary& one = result.headline_class();
        double workers = 0;
        double occupied = 0;
        for (const PoolResult& pool : result.pools) {
            if (pool.setup.sort == PoolSort::kApi)
                continue;
            workers += pool.workers_mean;
            occupied += pool.workers_mean * pool.occupied_share;
        }
        const auto each = result.cost_per_thousand_inside();
        table.add({result.scenario, show_usd(result.cost_per_hour()),
                   result.month ? show_usd(to_usd(*result.month)) : "-", each ? show_usd(*each) : "-",
                   latency_row(one.total, one.total.p50), latency_row(one.total, one.total.p95),
                   latency_row(one.total, one.total.p99), show_share(one.requests.share(one.requests.cold)),
                   show_share(one.requests.share(one.requests.missed())),
                   show_share(one.requests.share(one.requests.inside_slo)), fmt::format("{:.2f}", workers),
                   workers > 0 ? show_share(occupied / workers) : "-"});
    }
    return table.text();
}

}  // namespace spillway
