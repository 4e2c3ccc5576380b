#include "app/report/checklist.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/report/format.hpp"
#include "app/report/planner_costs.hpp"
#include "app/report/table.hpp"
#include "sim/metrics/rank.hpp"

namespace spillway {
namespace {

std::string traffic_words(const RunResult& result) {
    const TrafficProfile& traffic = result.traffic;
    std::string text = fmt::format(
        "1. Traffic: {}, {:.3g}/s on average, {} in the peak minute ({:.3g}/s); at 80% of that peak or "
        "above for {} at a stretch\n",
        show_counted(traffic.requests, "request"), traffic.mean_rate, show_count(traffic.peak_per_minute),
        static_cast<double>(traffic.peak_per_minute) / 60, show(traffic.peak_length));
    for (const PoolResult& pool : result.pools) {
        const PoolUsage& usage = pool.usage;
        const double all = to_seconds(usage.slot_time);
        const auto share = [&](std::size_t bin) {
            return all > 0 ? show_share(to_seconds(usage.spell_slot_time[bin]) / all) : std::string("-");
        };
        text += fmt::format(
            "   {}: busy {} of the time; of its {} {} in runs under 30 s, {} in those of 30 s to "
            "30 min, {} of 30 min to 4 h, {} longer\n",
            pool.setup.name, show_share(to_seconds(usage.busy_time) / to_seconds(usage.window)),
            pool.setup.sort == PoolSort::kApi ? "request time" : "GPU work", share(0), share(1), share(2),
            share(3));
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

/// An objective's figure with the starts and without them; empty where starts have no part in it.
struct Compared {
    std::optional<Duration> seen;
    std::optional<Duration> bare;
};
Compared compare(const Slo& slo, const ClassSummary& one) {
    if (slo.scope == SloScope::kWarm)
        return {};
    if (slo.measure == SloMeasure::kTotal)
        return {at_quantile(one.total, slo), at_quantile(one.total_without_start, slo)};
    if (slo.measure == SloMeasure::kTtft)
        return {at_quantile(one.ttft, slo), at_quantile(one.ttft_warm, slo)};
    return {};
}

void add_target(TextTable& table, const SloResult& one, const Compared& figures) {
    const auto never = [&](const std::optional<Duration>& time) { return show(time, one.requests); };
    std::optional<Duration> left;
    if (one.observed)
        left = one.slo.limit - *one.observed;
    table.add({one.slo.text, never(one.observed), show(*figures.bare), show(one.slo.limit - *figures.bare),
               show(*figures.seen - *figures.bare), left ? show(*left) : "none"});
}

std::string latency_words(const RunResult& result) {
    std::string text = "2. Latency target and cold-start budget\n";
    TextTable table({"objective", "observed", "without starts", "budget for starts", "spent", "left"});
    bool total = false;
    bool first_token = false;
    bool untold = false;
    for (const SloResult& one : result.summary.slos) {
        const ClassSummary& summary =
            one.slo.class_id ? result.summary.classes[one.slo.class_id->value] : result.summary.all;
        const Compared figures = compare(one.slo, summary);
        const bool could_be_told =
            one.slo.scope != SloScope::kWarm &&
            (one.slo.measure == SloMeasure::kTotal || one.slo.measure == SloMeasure::kTtft);
        if (could_be_told && (!figures.bare || !figures.seen)) {
            text += fmt::format("   {}: too few requests completed to say\n", one.slo.text);
            untold = true;
        }
        if (!figures.bare || !figures.seen)
            continue;
        (one.slo.measure == SloMeasure::kTotal ? total : first_token) = true;
        add_target(table, one, figures);
    }
    if (!total && !first_token) {
        if (untold)
            return text;
        const ClassSummary& one = result.headline_class();
        return text + fmt::format(
                          "   no objective on the total or the time to first token; p95 of the total {} "
                          "with cold starts, {} without them\n",
                          show(one.total.p95, one.total.requests),
                          show(one.total_without_start.p95, one.total_without_start.requests));
    }
    text += table.text();
    if (total)
        text += "   without starts, total: each completed request's own cold start and load taken off\n";
    if (first_token)
        text += "   without starts, ttft: of the completed requests that met no cold start\n";
    if (result.summary.all.requests.missed() > 0)
        text += "   observed and left count failures as never, spent is of completed requests\n";
    return text;
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
        if (pool.setup.gpu_memory_bytes)
            text +=
                fmt::format("; {} has {} of memory", *pool.setup.gpu, show_gib(*pool.setup.gpu_memory_bytes));
        text += '\n';
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
    if (result.ruled_out.empty())
        text += "   no pool is ruled out\n";
    return text;
}

}  // namespace

std::string checklist_text(const RunResult& result, const std::optional<FixedFleet>& fixed) {
    return "\nThe planner's checklist\n" + traffic_words(result) + latency_words(result) +
           loading_words(result) + planner_costs_text(result, fixed) + constraint_words(result);
}

}  // namespace spillway
