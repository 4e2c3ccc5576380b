#include "app/backtest/back_test.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/backtest/residual_hints.hpp"
#include "app/report/format.hpp"
#include "app/run/parallel_for.hpp"
#include "app/scenario/assemble.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// Two figures that were computed alike differ by less; readings in files have as many digits.
constexpr double kSameReading = 1e-12;

/// Metrics that users see, and behind them those that hints look at.
struct BackTestMetrics {
    std::vector<Metric> all;
    std::size_t shown = 0;
};

/// What the log lacks for a metric; empty: it can be measured.
std::string lacking(const ServedLog& log, const Metric& metric, const Scenario& scenario) {
    if (metric.of_run != nullptr)
        return "is no figure of requests";
    Scenario asked = scenario;
    ask_for(std::vector{metric}, "--metrics", asked);
    const Slo& figure = asked.figures.front();
    if (figure.scope == SloScope::kWarm && !log.tells_cold)
        return "needs a column that says which requests met a cold start";
    switch (figure.measure) {
        case SloMeasure::kTotal:
            return log.tells_total ? "" : "needs the end of each request";
        case SloMeasure::kTtft:
            return log.tells_ttft ? "" : "needs the first token of each request";
        case SloMeasure::kTpot:
            if (scenario.flows)
                return "has another meaning for requests of several stages";
            return log.tells_ttft ? "" : "needs the first and the last token of each request";
        case SloMeasure::kQueue:
            return "is not measured from outside";
        case SloMeasure::kColdShare:
            return log.tells_cold ? "" : "needs a column that says which requests met a cold start";
        case SloMeasure::kExposedShare:
            return log.tells_exposed ? "" : "needs a column that only `spillway run --requests` writes";
        case SloMeasure::kFailed:
            return log.tells_outcome ? "" : "needs the outcome of each request";
    }
    return {};
}

BackTestMetrics choose_metrics(const BackTestRules& rules, const ServedLog& log, const Scenario& scenario) {
    BackTestMetrics metrics;
    if (rules.metrics) {
        for (const Metric& metric : *rules.metrics) {
            if (const std::string why = lacking(log, metric, scenario); !why.empty())
                throw InputError("--metrics", fmt::format("\"{}\" {}", metric.name, why),
                                 "docs/backtest.md says which columns a log may have");
            metrics.all.push_back(metric);
        }
    } else {
        for (const char* name : {"p50 total", "p95 total", "p99 total", "p50 ttft", "p95 ttft", "p95 tpot",
                                 "cold share", "failed"}) {
            const Metric metric = parse_metric(name, "--metrics");
            if (lacking(log, metric, scenario).empty())
                metrics.all.push_back(metric);
        }
    }
    metrics.shown = metrics.all.size();
    for (const std::string_view name :
         {log.tells_cold ? kWarmMean : kPlainMean, std::string_view("cold share")}) {
        const Metric metric = parse_metric(std::string(name), "--metrics");
        const bool there = std::any_of(metrics.all.begin(), metrics.all.end(),
                                       [&](const Metric& one) { return one.name == metric.name; });
        if (!there && lacking(log, metric, scenario).empty())
            metrics.all.push_back(metric);
    }
    return metrics;
}

MetricResidual metric_residual(const Metric& metric, const Reading& measured,
                               const std::vector<Reading>& predicted) {
    MetricResidual one{metric, measured, estimate(predicted), std::nullopt};
    const Estimate& figure = one.predicted;
    if (figure.never == figure.replications && figure.replications > 1)
        one.inside = measured.state() == Reading::State::kNever;
    if (!figure.has_interval() || measured.state() == Reading::State::kNothing)
        return one;
    one.inside = measured.has_value() && std::abs(measured.value() - figure.mean) <=
                                             figure.range_half + kSameReading * std::abs(figure.mean);
    return one;
}

/// What is compared with a bill, ready before anything runs.
struct PreparedBill {
    InvoiceFile file;
    std::vector<InvoiceLine> invoice;
    std::vector<LineTarget> targets;
};

PoolWords words_of_pool(const PoolSetup& pool) {
    PoolWords words{pool.name, pool.gpu.value_or(""), {}};
    const std::string entry = pool.purchase ? pool.purchase->contract.provenance.catalog : std::string{};
    const std::size_t slash = entry.find('/');
    if (slash != std::string::npos)
        words.instance = entry.substr(slash + 1, entry.find('@') - slash - 1);
    return words;
}

PreparedBill prepare_bill(InvoiceFile file, const Scenario& scenario, const BackTestRules& rules,
                          BackTest& result) {
    const std::unique_ptr<Assembly> assembly = assemble(scenario);
    const std::vector<PredictedLine> lines = contract_lines(*assembly, result.window.length);
    if (lines.empty())
        throw InputError(scenario.where, "has no pool with a price, so that no bill is predicted",
                         "a pool's \"price\", such as \"$2.49/h\" or a catalogue's");
    PreparedBill bill;
    std::vector<PoolWords> words;
    for (const PoolSetup& pool : assembly->pools) {
        words.push_back(words_of_pool(pool));
        if (!pool.purchase)
            result.notes.push_back(
                fmt::format("pool \"{}\" has no price: nothing is predicted for it", pool.name));
    }
    bill.invoice = invoice_lines(rows_inside(file, rules.window, result.window));
    bill.targets = target_lines(bill.invoice, lines, words, rules.mappings);
    bill.file = std::move(file);
    return bill;
}

/// The replications of a log.
std::vector<ReplayedRun> replay_all(const Scenario& scenario, const WindowedLog& log,
                                    const ReplayWindow& window, const std::vector<Metric>& metrics,
                                    const BackTestRules& rules) {
    std::vector<ReplayedRun> runs(rules.replications);
    parallel_for(runs.size(), [&](std::size_t i) {
        runs[i] = replay_log(scenario, log, window, metrics, draws_of(scenario.draws, rules.vary, i));
    });
    return runs;
}

void add_metrics(const WindowedLog& log, const Scenario& scenario, const BackTestMetrics& metrics,
                 const std::vector<ReplayedRun>& runs, BackTest& result) {
    const std::vector<Reading> measured = measured_readings(log, result.window, scenario, metrics.all);
    for (std::size_t i = 0; i < metrics.all.size(); ++i) {
        std::vector<Reading> predicted;
        predicted.reserve(runs.size());
        for (const ReplayedRun& run : runs) predicted.push_back(run.readings[i]);
        result.metrics.push_back(metric_residual(metrics.all[i], measured[i], predicted));
    }
}

void add_bill(const PreparedBill& bill, const std::vector<ReplayedRun>& runs, BackTest& result) {
    std::vector<std::vector<PredictedLine>> replications;
    replications.reserve(runs.size());
    for (const ReplayedRun& run : runs) replications.push_back(run.lines);
    result.bill = bill_residual(forecast_lines(replications), bill.invoice, bill.targets);
    result.bill_name = std::filesystem::path(bill.file.name).filename().string();
    result.bill_format = bill.file.format;
}

void add_hints(const ServedLog& log, const WindowedLog& inside, BackTest& result) {
    LoadFacts load;
    if (log.tells_total)
        load.occupied = occupied_time(inside, result.window);
    for (const MetricResidual& one : result.metrics) {
        if (one.metric.name == (log.tells_cold ? kWarmMean : kPlainMean))
            load.mean_total = one;
        if (one.metric.name == "cold share")
            load.cold_share = one;
    }
    result.hints = residual_hints(*result.bill, load, result.window);
}

void add_back_test_notes(const InvoiceFile* bill, const ServedLog& log, const std::vector<ReplayedRun>& runs,
                         BackTest& result) {
    const auto note = [&](std::string text) { result.notes.push_back(std::move(text)); };
    for (const std::string& text : log.notes) note(text);
    for (const std::string& text : result.window.notes) note(text);
    if (!result.metrics.empty() && result.window.settle > Duration{0})
        note(fmt::format(
            "requests of the first {} are served and billed, but are in no percentile, measured or "
            "predicted: what was before them is not in the log",
            show(result.window.settle)));
    if (bill != nullptr && bill->rounded > 0)
        note(fmt::format("{} of the bill have digits below the nano-dollar: each is rounded to it",
                         show_counted(bill->rounded, "amount")));
    if (bill != nullptr && !bill->unknown_units.empty())
        note(fmt::format("units of the bill that do not compare: \"{}\"",
                         fmt::join(bill->unknown_units, "\", \"")));
    const auto unsettled = std::count_if(runs.begin(), runs.end(),
                                         [](const ReplayedRun& run) { return !run.unsettled.empty(); });
    if (unsettled > 0) {
        const auto first = std::find_if(runs.begin(), runs.end(),
                                        [](const ReplayedRun& run) { return !run.unsettled.empty(); });
        note(fmt::format("NOT SETTLED in {} of {}: {}", unsettled, show_counted(runs.size(), "replication"),
                         first->unsettled));
    }
}

/// All that --tolerance says, before there are figures.
std::vector<Tolerance> read_tolerances(const BackTestRules& rules, bool has_bill,
                                       const BackTestMetrics& metrics) {
    const std::vector<Metric> shown(metrics.all.begin(),
                                    metrics.all.begin() + static_cast<std::ptrdiff_t>(metrics.shown));
    std::vector<Tolerance> tolerances;
    for (const std::string& text : rules.tolerances) {
        const std::vector<Tolerance> some = parse_tolerance(text, has_bill, shown, "--tolerance");
        tolerances.insert(tolerances.end(), some.begin(), some.end());
    }
    return tolerances;
}

}  // namespace

std::optional<double> MetricResidual::residual() const {
    if (!measured.has_value() || !predicted.has_mean())
        return std::nullopt;
    return predicted.mean - measured.value();
}

bool BackTest::within_tolerance() const {
    return std::all_of(verdicts.begin(), verdicts.end(),
                       [](const ToleranceVerdict& one) { return one.holds; });
}

BackTest back_test(const ScenarioFile& file, const ServedLog& log,
                   const std::optional<std::string>& bill_name, const BackTestRules& rules) {
    const Scenario own = file.scenario();
    std::optional<InvoiceFile> invoice;
    if (bill_name)
        invoice = read_invoice(*bill_name, own.month);
    BackTest result;
    result.scenario = own.name;
    result.log = std::filesystem::path(log.name).filename().string();
    result.log_format = log.format;
    result.replications = rules.replications;
    result.vary = rules.vary;
    result.window = replay_window(log, own, invoice ? &*invoice : nullptr, rules.window);
    const Scenario scenario = replayed_scenario(own, result.window);
    const BackTestMetrics metrics = choose_metrics(rules, log, scenario);
    if (metrics.shown == 0 && rules.window.settle)
        throw InputError("--settle", "is about percentiles, and the log has none that were measured");
    if (!invoice && metrics.shown == 0)
        throw InputError(log.name, "has nothing that was measured, and there is no bill",
                         "--bill BILL.csv, or a log with the ends of its requests (docs/backtest.md)");
    const std::vector<Tolerance> tolerances = read_tolerances(rules, invoice.has_value(), metrics);
    const WindowedLog inside = windowed_log(log, result.window, scenario);
    result.requests = inside.count();
    std::optional<PreparedBill> bill;
    if (invoice)
        bill = prepare_bill(*std::move(invoice), scenario, rules, result);

    const std::vector<ReplayedRun> runs = replay_all(scenario, inside, result.window, metrics.all, rules);
    add_metrics(inside, scenario, metrics, runs, result);
    if (bill) {
        add_bill(*bill, runs, result);
        add_hints(log, inside, result);
    }
    result.metrics.erase(result.metrics.begin() + static_cast<std::ptrdiff_t>(metrics.shown),
                         result.metrics.end());
    for (const Tolerance& one : tolerances) result.verdicts.push_back(judge_tolerance(one, result));
    if (inside.left_out > 0)
        result.notes.push_back(fmt::format("{} of the log lie outside of the window and are left out",
                                           show_counted(inside.left_out, "request")));
    add_back_test_notes(bill ? &bill->file : nullptr, log, runs, result);
    for (const std::string& line : describe_draws(scenario, rules.vary)) result.notes.push_back(line);
    return result;
}

}  // namespace spillway
