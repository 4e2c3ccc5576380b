#include "app/cli/trace_report.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

std::string show_tokens(double tokens) { return fmt::format("{:.0f}", tokens); }

template <class Show>
void add_percentiles(TextTable& table, const std::string& name, const Percentiles& one, Show show) {
    table.add({name, show(one.mean), show(one.min), show(one.p10), show(one.p50), show(one.p90),
               show(one.p95), show(one.p99), show(one.max)});
}

std::string head_text(const std::string& name, const TraceInput& input, const TrafficStatistics& one) {
    std::string text =
        fmt::format("{}: {} in {}, {:.3g}/s on average, at most {} in a second and {} in a minute\n", name,
                    show_counted(one.requests, "request"), show(one.last - one.first), one.mean_rate,
                    show_count(one.peak_per_second), show_count(one.peak_per_minute));
    text += fmt::format(
        "  the first at {} on its clock, the last at {}; at 80% of the peak minute or above for {}\n",
        show(one.first.time_since_epoch()), show(one.last.time_since_epoch()), show(one.peak_length));
    if (!input.reader.empty())
        text += fmt::format("  read as {}\n", input.reader);
    for (const ReadCount& read : input.reads.counts()) {
        if (read.bad + read.filtered == 0)
            continue;
        text += fmt::format("  {}: {} of {} left out as bad, {} by a filter\n", read.file,
                            show_count(read.bad), show_counted(read.rows, "row"), show_count(read.filtered));
    }
    return text;
}

std::string rate_text(const TrafficStatistics& one) {
    const std::uint64_t most = *std::max_element(one.chart.counts.begin(), one.chart.counts.end());
    return fmt::format("\nRate over time: a bar is {}, the highest {}\n  {}\n", show(one.chart.width),
                       show_counted(most, "request"), sparkline(one.chart.counts));
}

std::string burst_text(const TrafficStatistics& one) {
    return fmt::format(
        "\nBurstiness (1: Poisson)\n"
        "  dispersion of the counts per second {:.3g}, per minute {:.3g}; CV of the gaps {:.3g}\n",
        one.dispersion_1s, one.dispersion_60s, one.gap_cv);
}

std::string figures_text(const TrafficStatistics& one) {
    TextTable table({"", "mean", "min", "p10", "p50", "p90", "p95", "p99", "max"});
    add_percentiles(table, "gap between arrivals", one.gap_seconds, show_seconds);
    add_percentiles(table, "input tokens", one.input_tokens, show_tokens);
    add_percentiles(table, "output tokens", one.output_tokens, show_tokens);
    return '\n' + table.text() +
           fmt::format("  the longest gap begins at {}\n", show(one.longest_gap_begin.time_since_epoch()));
}

std::string idle_text(const TrafficStatistics& one) {
    TextTable table({"idle time-out", "longer gaps", "hours a day beyond it"});
    for (const IdleBeyond& idle : one.idle) {
        table.add({format_duration(idle.timeout), show_count(idle.gaps),
                   fmt::format("{:.2f}", idle.hours_per_day)});
    }
    return "\nWhat scaling to zero could save\n" + table.text();
}

std::string stamps_text(const StampGrid& stamps) {
    return fmt::format(
        "\nTime stamps\n  {} different, at most {} at one; {}\n", show_count(stamps.distinct),
        show_counted(stamps.most_at_one, "request"),
        stamps.step ? fmt::format("rounded to {}", show(*stamps.step)) : "on no grid that matters");
}

std::string demand_text(const std::optional<GpuDemand>& demand) {
    if (!demand) {
        return "\nDemand for GPUs\n  unknown: the trace has no measured times; state --seconds, "
               "--seconds-per-input-token or "
               "--seconds-per-output-token\n";
    }
    TextTable runs({"GPU time in runs of", "share"});
    runs.add({"under 30 s", show_share(demand->in_runs_under_30s)});
    runs.add({"30 s to 30 min", show_share(demand->in_runs_30s_to_30min)});
    runs.add({"30 min to 4 h", show_share(demand->in_runs_30min_to_4h)});
    runs.add({"4 h and above", show_share(demand->in_runs_of_4h)});
    return fmt::format(
               "\nDemand for GPUs, when nobody waits\n"
               "  at most {} in service on {}, {:.3g} on average; at least one {} of "
               "the time\n"
               "  {} of GPU time\n",
               show_counted(demand->peak_concurrency, "request"), show_counted(demand->peak_gpus, "GPU"),
               demand->mean_concurrency, show_share(demand->busy_share), show(demand->gpu_time)) +
           runs.text();
}

Json percentiles(const Percentiles& one) {
    return {{"mean", one.mean}, {"min", one.min}, {"p10", one.p10}, {"p50", one.p50},
            {"p90", one.p90},   {"p95", one.p95}, {"p99", one.p99}, {"max", one.max}};
}

Json gap_percentiles(const Percentiles& one) {
    const Json plain = percentiles(one);
    Json json = Json::object();
    for (const auto& [name, value] : plain.items()) json[name + "_s"] = value;
    return json;
}

Json idle_json(const TrafficStatistics& one) {
    Json list = Json::array();
    for (const IdleBeyond& idle : one.idle) {
        list.push_back({{"timeout_s", to_seconds(idle.timeout)},
                        {"gaps", idle.gaps},
                        {"hours_per_day", idle.hours_per_day}});
    }
    return list;
}

Json demand_json(const std::optional<GpuDemand>& demand) {
    if (!demand)
        return nullptr;
    return {{"peak_concurrency", demand->peak_concurrency},
            {"peak_gpus", demand->peak_gpus},
            {"mean_concurrency", demand->mean_concurrency},
            {"busy_share", demand->busy_share},
            {"gpu_time_s", to_seconds(demand->gpu_time)},
            {"runs_under_30s_share", demand->in_runs_under_30s},
            {"runs_30s_to_30min_share", demand->in_runs_30s_to_30min},
            {"runs_30min_to_4h_share", demand->in_runs_30min_to_4h},
            {"runs_of_4h_share", demand->in_runs_of_4h}};
}

Json reads_json(const ReadLog& reads) {
    Json list = Json::array();
    for (const ReadCount& read : reads.counts()) {
        list.push_back(
            {{"file", read.file}, {"rows", read.rows}, {"bad", read.bad}, {"filtered", read.filtered}});
    }
    return list;
}

Json optional_seconds(const std::optional<Duration>& duration) {
    return duration ? Json(to_seconds(*duration)) : Json(nullptr);
}

}  // namespace

std::string trace_text(const std::string& name, const TraceInput& input,
                       const TrafficStatistics& statistics) {
    return head_text(name, input, statistics) + rate_text(statistics) + burst_text(statistics) +
           figures_text(statistics) + idle_text(statistics) + stamps_text(statistics.stamps) +
           demand_text(statistics.demand);
}

std::string trace_json(const std::string& name, const TraceInput& input,
                       const TrafficStatistics& statistics) {
    const TrafficStatistics& one = statistics;
    const Json json{{"trace", name},
                    {"reader", input.reader.empty() ? Json(nullptr) : Json(input.reader)},
                    {"read", reads_json(input.reads)},
                    {"requests", one.requests},
                    {"first_s", to_seconds(one.first.time_since_epoch())},
                    {"last_s", to_seconds(one.last.time_since_epoch())},
                    {"mean_rate_per_s", one.mean_rate},
                    {"peak_per_second", one.peak_per_second},
                    {"peak_per_minute", one.peak_per_minute},
                    {"peak_length_s", to_seconds(one.peak_length)},
                    {"chart", {{"width_s", to_seconds(one.chart.width)}, {"requests", one.chart.counts}}},
                    {"dispersion_1s", one.dispersion_1s},
                    {"dispersion_60s", one.dispersion_60s},
                    {"gap_cv", one.gap_cv},
                    {"gaps", gap_percentiles(one.gap_seconds)},
                    {"longest_gap_begin_s", to_seconds(one.longest_gap_begin.time_since_epoch())},
                    {"idle", idle_json(one)},
                    {"input_tokens", percentiles(one.input_tokens)},
                    {"output_tokens", percentiles(one.output_tokens)},
                    {"stamps",
                     {{"distinct", one.stamps.distinct},
                      {"most_at_one", one.stamps.most_at_one},
                      {"step_s", optional_seconds(one.stamps.step)}}},
                    {"demand", demand_json(one.demand)}};
    return json.dump(2) + "\n";
}

}  // namespace spillway
