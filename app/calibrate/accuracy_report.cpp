#include "app/calibrate/accuracy_report.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "app/report/table.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::size_t kWorst = 8;

double tpot_error(const ServedRun& run, const ServedFigures& predicted) {
    return predicted.tpot / run.tpot - 1;
}
double ttft_error(const ServedRun& run, const ServedFigures& predicted) {
    return predicted.ttft / run.ttft - 1;
}
/// Of the mean request: what both figures say together.
double e2e_error(const ServedRun& run, const ServedFigures& predicted) {
    return (predicted.ttft + (run.output - 1) * predicted.tpot) / run.e2e() - 1;
}

TextTable error_table() {
    return TextTable({"runs of", "n", "TPOT mean", "median", "p90", "bias", "TTFT mean", "median", "p90",
                      "bias", "E2E mean", "median", "p90", "bias"});
}

void add_line(TextTable& table, const std::string& name, const RunErrors& errors) {
    std::vector<std::string> row{name, std::to_string(errors.runs)};
    for (const ErrorFigures& one : {errors.tpot, errors.ttft, errors.e2e}) {
        for (const double share : {one.mean, one.median, one.p90})
            row.push_back(fmt::format("{:.1f}", 100 * share));
        row.push_back(fmt::format("{:+.1f}", 100 * one.bias));
    }
    table.add(std::move(row));
}

std::string source_name(ServedSource source) {
    switch (source) {
        case ServedSource::kInferenceMax:
            return "source: InferenceMAX";
        case ServedSource::kGapAnalysis:
            return "source: gap analysis";
        case ServedSource::kOpenLoop:
            return "source: open loop";
    }
    return {};
}

std::string worst_runs(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted,
                       RunNumbers numbers) {
    const auto size = [&](std::size_t i) { return std::abs(std::log(predicted[i].tpot / runs[i].tpot)); };
    std::stable_sort(numbers.begin(), numbers.end(),
                     [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
    numbers.resize(std::min(numbers.size(), kWorst));
    TextTable table({"worst by TPOT", "version", "GPUs", "in/out", "clients", "TPOT ms", "predicted",
                     "TTFT ms", "predicted"},
                    {0, 1});
    for (const std::size_t i : numbers) {
        const ServedRun& run = runs[i];
        table.add({run.group(), run.version, std::to_string(run.gpus),
                   fmt::format("{}/{}", run.input, run.output),
                   run.open ? "open" : std::to_string(run.clients), fmt::format("{:.1f}", 1e3 * run.tpot),
                   fmt::format("{:.1f}", 1e3 * predicted[i].tpot), fmt::format("{:.0f}", 1e3 * run.ttft),
                   fmt::format("{:.0f}", 1e3 * predicted[i].ttft)});
    }
    return table.text();
}

}  // namespace

RunErrors run_errors(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted,
                     const RunNumbers& numbers) {
    SPILLWAY_CHECK(!numbers.empty(), "errors of no runs");
    const auto over = [&](double (*error)(const ServedRun&, const ServedFigures&)) {
        std::vector<double> errors;
        for (const std::size_t i : numbers) errors.push_back(error(runs[i], predicted[i]));
        return error_figures(std::move(errors));
    };
    return {numbers.size(), over(tpot_error), over(ttft_error), over(e2e_error)};
}

std::string accuracy_by(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted,
                        const RunNumbers& numbers, const std::vector<std::string>& part) {
    std::map<std::string, RunNumbers> parts;
    for (const std::size_t i : numbers) parts[part[i]].push_back(i);
    TextTable table = error_table();
    add_line(table, "all", run_errors(runs, predicted, numbers));
    for (const auto& [name, own] : parts) add_line(table, name, run_errors(runs, predicted, own));
    return table.text();
}

std::string accuracy_table(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted,
                           const RunNumbers& numbers) {
    TextTable table = error_table();
    add_line(table, "all", run_errors(runs, predicted, numbers));
    const auto add_parts = [&](auto&& name_of) {
        std::map<std::string, RunNumbers> parts;
        for (const std::size_t i : numbers) parts[name_of(runs[i])].push_back(i);
        for (const auto& [name, own] : parts) add_line(table, name, run_errors(runs, predicted, own));
    };
    add_parts([](const ServedRun& run) { return source_name(run.source); });
    add_parts([](const ServedRun& run) { return "engine: " + run.engine; });
    add_parts([](const ServedRun& run) { return "GPU: " + run.gpu; });
    add_parts([](const ServedRun& run) { return "precision: " + std::string(precision_name(run.weights)); });
    add_parts([](const ServedRun& run) { return "model: " + run.llm; });
    add_parts([](const ServedRun& run) { return run.group(); });
    return table.text() + "\n" + worst_runs(runs, predicted, numbers);
}

}  // namespace spillway
