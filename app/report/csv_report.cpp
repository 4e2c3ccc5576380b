#include "app/report/csv_report.hpp"

#include <utility>

#include <fmt/format.h>

#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

using Cell = std::pair<std::string_view, std::string>;

std::string cell(const std::optional<Duration>& duration) {
    return duration ? fmt::format("{}", to_seconds(*duration)) : std::string{};
}
std::string cell(const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : std::string{};
}

std::vector<Cell> row(const RunResult& result) {
    const ClassSummary& one = result.headline_class();
    const RequestCounts& count = one.requests;
    return {{"scenario", csv_field(result.scenario)},
            {"class", csv_field(one.name)},
            {"window_s", fmt::format("{}", to_seconds(result.horizon))},
            {"cost_usd", exact_usd(result.cost)},
            {"cost_per_hour_usd", fmt::format("{}", result.cost_per_hour())},
            {"month_usd", result.month ? exact_usd(*result.month) : std::string{}},
            {"cost_per_1000_inside_slo_usd", cell(result.cost_per_thousand_inside())},
            {"cost_per_1000_offered_usd", cell(result.cost_per_thousand_offered())},
            {"cost_per_million_output_tokens_usd", cell(result.cost_per_million_output_tokens())},
            {"offered", fmt::format("{}", count.offered)},
            {"completed", fmt::format("{}", count.completed)},
            {"p50_s", cell(one.total.p50)},
            {"p95_s", cell(one.total.p95)},
            {"p99_s", cell(one.total.p99)},
            {"ttft_p50_s", cell(one.ttft.p50)},
            {"ttft_p95_s", cell(one.ttft.p95)},
            {"ttft_p99_s", cell(one.ttft.p99)},
            {"itl_p50_s", cell(result.itl.p50)},
            {"itl_p95_s", cell(result.itl.p95)},
            {"itl_p99_s", cell(result.itl.p99)},
            {"cold_share", fmt::format("{}", count.share(count.cold))},
            {"failed_share", fmt::format("{}", count.share(count.missed()))},
            {"slo_attainment", fmt::format("{}", count.share(count.inside_slo))},
            {"settled", result.settled ? "true" : "false"}};
}

}  // namespace

std::string csv_report(const std::vector<RunResult>& results) {
    std::string text;
    for (const RunResult& result : results) {
        const std::vector<Cell> cells = row(result);
        if (text.empty()) {
            for (const Cell& one : cells) text += fmt::format("{}{}", text.empty() ? "" : ",", one.first);
            text += '\n';
        }
        for (std::size_t i = 0; i < cells.size(); ++i) text += (i > 0 ? "," : "") + cells[i].second;
        text += '\n';
    }
    return text;
}

}  // namespace spillway
