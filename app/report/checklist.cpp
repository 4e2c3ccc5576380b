#include "app/report/checklist.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "models/catalog/gpus.hpp"
#include "sim/metrics/rank.hpp"

namespace spillway {
namespace {

std::string traffic_words(const RunResult& result) {
    const TrafficProfile& traffic = result.traffic;
    std::string text = fmt::format(
        "1. Traffic: {}, {:.3g}/s on average, {} in the peak minute ({:.3g}/s); longest time "
        "near that peak {}\n",
        show_counted(traffic.requests, "request"), traffic.mean_rate, show_count(traffic.peak_per_minute),
        static_cast<double>(traffic.peak_per_minute) / 60, show(traffic.peak_length));
    for (const PoolResult& pool : result.pools) {
        const PoolUsage& usage = pool.usage;
        const double all = to_seconds(usage.slot_time);
        const auto share = [&](std::size_t bin) {
            return all > 0 ? show_share(to_seconds(usage.spell_slot_time[bin]) / all) : std::string("-");
        };
        text += fmt::format(
            "   {}: busy {} of the time; of its GPU work {} in runs under 30 s, {} under 30 min, {} under 4 "
            "h, "
            "{} longer\n",
            pool.setup.name, show_share(to_seconds(usage.busy_time) / to_seconds(usage.window)), share(0),
            share(1), share(2), share(3));
    }
    return text;
}

/// The figure of `figures` that a percentile objective names, of those that are kept.
std::optional<Duration> at_quantile(const LatencyFigures& figures, const Slo& slo) {
    if (slo.figure == SloFigure::kMean)
        return figures.mean;
    if (slo.figure == SloFigure::kMax)
        return figures.max;
    const std::array kept{std::pair{kP50, figures.p50}, std::pair{kP90, figures.p90},
                          std::pair{kP95, figures.p95}, std::pair{kP99, figures.p99},
                          std::pair{kP999, figures.p999}};
    for (const auto& [quantile, value] : kept) {
        if (quantile == slo.quantile)
            return value;
    }
    return std::nullopt;
}

std::string latency_words(const RunResult& result) {
    std::string text = "2. Latency target and cold-start budget\n";
    TextTable table(
        {"objective on the total", "observed", "without starts", "budget for starts", "spent", "left"});
    bool any = false;
    for (const SloResult& one : result.summary.slos) {
        if (one.slo.measure != SloMeasure::kTotal)
            continue;
        const ClassSummary& summary =
            one.slo.class_id ? result.summary.classes[one.slo.class_id->value] : result.summary.all;
        const auto bare = at_quantile(summary.total_without_start, one.slo);
        const auto seen = at_quantile(summary.total, one.slo);
        if (!bare || !seen)
            continue;
        any = true;
        table.add({one.slo.text, show(*seen), show(*bare), show(one.slo.limit - *bare), show(*seen - *bare),
                   show(one.slo.limit - *seen)});
    }
    if (any)
        return text + table.text();
    const ClassSummary& one = result.headline_class();
    return text + fmt::format("   no objective on the total; p95 {} with cold starts, {} without them\n",
                              show(one.total.p95, one.total.requests),
                              show(one.total_without_start.p95, one.total_without_start.requests));
}

std::string loading_words(const RunResult& result) {
    std::string text = "3. Loading the model\n";
    for (const PoolResult& pool : result.pools) {
        if (pool.setup.sort == PoolSort::kApi)
            continue;
        text += fmt::format("   {}: a start takes {} on average, {}", pool.setup.name,
                            show_seconds(pool.setup.mean_start_seconds),
                            show_counted(pool.usage.starts, "start"));
        if (pool.bill && pool.usage.starts > 0) {
            const double cost = to_usd(pool.bill->bill.group_sum("starting"));
            text += fmt::format(", {} of the bill in starts ({} each)", show_usd(cost),
                                show_usd(cost / static_cast<double>(pool.usage.starts)));
        }
        if (pool.setup.gpu) {
            const GpuFacts& gpu = find_gpu(*pool.setup.gpu, pool.setup.name);
            text += fmt::format("; {} has {:.0f} GB of memory", gpu.name,
                                static_cast<double>(gpu.memory_bytes) / 1e9);
        }
        text += '\n';
    }
    return text;
}

void add_differences(TextTable& table, const PoolBill& bill) {
    if (!bill.month_reconciliation)
        return;
    for (const BillDifference& difference : bill.month_reconciliation->differences) {
        if (difference.amount == Money{})
            continue;
        table.add({fmt::format("  differs by: {}", difference.name), format_money(difference.amount, 2)});
    }
}

std::string money_words(const RunResult& result, const std::optional<FixedFleet>& fixed) {
    std::string text = "4. Two monthly costs from the textbook, and the simulated ones";
    if (!result.month)
        text += " (the textbook's month as if all of it were like this traffic)";
    text += '\n';
    for (const PoolResult& pool : result.pools) {
        if (!pool.bill || !pool.bill->on_demand_month)
            continue;
        const PoolBill& bill = *pool.bill;
        TextTable table({pool.setup.name, "a month"});
        table.add({"serverless textbook: calls x seconds x price", format_money(bill.textbook_month, 2)});
        add_differences(table, bill);
        table.add({"simulated", bill.month ? format_money(bill.month->total, 2) : "-"});
        table.add({fmt::format("on-demand textbook: {} (peak minute + 20%) x price",
                               show_counted(static_cast<std::uint64_t>(bill.headroom_instances), "instance")),
                   format_money(*bill.on_demand_month, 2)});
        text += table.text();
    }
    if (fixed) {
        const auto month = fixed->result.month;
        text += fmt::format("   smallest fixed fleet of {} that meets the objectives: {}, {} per hour{}\n",
                            fixed->pool, show_counted(static_cast<std::uint64_t>(fixed->workers), "worker"),
                            show_usd(fixed->result.cost_per_hour()),
                            month ? ", " + show_usd(to_usd(*month)) + " a month" : std::string{});
    } else if (!result.summary.slos.empty()) {
        text += "   no fixed fleet was found that meets the objectives\n";
    }
    return text;
}

std::string constraint_words(const RunResult& result) {
    if (result.required_tags.empty())
        return "5. Constraints: none stated (\"requires\" names tags that pools must have)\n";
    std::string text =
        fmt::format("5. Constraints: pools must have {}\n", fmt::join(result.required_tags, ", "));
    for (const RuledOut& pool : result.ruled_out) {
        text += fmt::format("   {} is ruled out: it lacks \"{}\"\n", pool.pool, pool.missing_tag);
    }
    return text;
}

}  // namespace

std::string checklist_text(const RunResult& result, const std::optional<FixedFleet>& fixed) {
    return "\nThe planner's checklist\n" + traffic_words(result) + latency_words(result) +
           loading_words(result) + money_words(result, fixed) + constraint_words(result);
}

}  // namespace spillway
