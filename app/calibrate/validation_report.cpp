#include "app/calibrate/validation_report.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "app/calibrate/accuracy_report.hpp"
#include "app/calibrate/empirical_text.hpp"
#include "app/calibrate/fitted_engines.hpp"
#include "app/calibrate/known_mixtures.hpp"
#include "app/calibrate/overhead_problem.hpp"
#include "app/calibrate/step_fit.hpp"
#include "app/report/format.hpp"
#include "models/llm/engine_profile.hpp"

namespace spillway {
namespace {

/// Runs that share a table: their clients make other demands.
struct Population {
    std::string_view name;
    RunNumbers numbers;
};

std::array<Population, 4> populations(std::span<const ServedRun> runs) {
    std::array<Population, 4> all{Population{"closed loop", {}}, Population{"open loop", {}},
                                  Population{"mixtures of experts", {}},
                                  Population{"groups set apart before any fit", {}}};
    for (std::size_t i = 0; i < runs.size(); ++i)
        all[runs[i].apart ? 3 : runs[i].mixture ? 2 : runs[i].open ? 1 : 0].numbers.push_back(i);
    return all;
}

void write_shipped(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted,
                   const ReportSink& write) {
    for (const Population& own : populations(runs)) {
        if (!own.numbers.empty())
            write(fmt::format("\nThe catalogue's engines: {}\n\n{}", own.name,
                              accuracy_table(runs, predicted, own.numbers)));
    }
}

void write_left_out(const RunFit& fit, std::span<const Split> splits, const ReportSink& write) {
    if (splits.empty() || fit.runs().empty())
        return;
    const bool from_full = std::any_of(splits.begin(), splits.end(), by_one_step);
    const std::vector<double> full =
        from_full ? fit_all(fit, fitted_runs(fit.runs())) : std::vector<double>();
    for (const Split split : splits) {
        const std::vector<ServedFigures> predicted = predict_left_out(fit, full, split);
        for (const Population& own : populations(fit.runs())) {
            if (own.numbers.empty() || fit.runs()[own.numbers.front()].apart)
                continue;
            write(fmt::format("\nLeave one {} out: {}\n\n{}", split_name(split), own.name,
                              by_one_step(split) ? accuracy_table(fit.runs(), predicted, own.numbers)
                                                 : accuracy_by(fit.runs(), predicted, own.numbers,
                                                               folds(fit.runs(), split))));
        }
    }
}

/// Which runs' versions the catalogue lacks: they are predicted nevertheless.
std::string own_entry_line(std::span<const ServedRun> runs) {
    std::map<std::string, std::size_t> lacking;
    std::size_t all = 0;
    for (const ServedRun& run : runs) {
        if (engine_of(run.engine, run.version, run.where).name == run.version)
            continue;
        ++lacking[run.version];
        ++all;
    }
    if (all == 0)
        return {};
    std::string text = fmt::format("{} by their engine's own entry, as the catalogue lacks their version",
                                   show_counted(all, "run"));
    const char* separator = ": ";
    for (const auto& [version, count] : lacking) {
        text += fmt::format("{}{} ({})", separator, version, count);
        separator = ", ";
    }
    return text + "\n";
}

std::string csv_lines(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted) {
    std::string text;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const ServedRun& run = runs[i];
        const ServedFigures& own = predicted[i];
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},", run.where, run.llm, run.gpu, run.gpus,
                            precision_name(run.weights), run.version, run.input, run.output,
                            run.open ? "open" : std::to_string(run.clients), run.apart ? 1 : 0);
        text += fmt::format("{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g}\n", run.ttft, run.tpot, run.e2e(),
                            own.ttft, own.tpot, own.e2e);
    }
    return text;
}

/// Of `wanted`, those that make sense for mixtures (true) or for dense models.
std::vector<Split> splits_for(std::span<const Split> wanted, bool mixtures) {
    std::vector<Split> splits;
    for (const Split split : wanted) {
        const bool fits =
            split == Split::kRow || split == Split::kCurve || mixtures == (split == Split::kDeployment);
        if (fits)
            splits.push_back(split);
    }
    return splits;
}

}  // namespace

std::string report_shipped(const ServedTables& tables, const ReportSink& write) {
    std::string csv =
        "where,llm,gpu,gpus,precision,engine,input_tokens,output_tokens,clients,apart,ttft,tpot,e2e,"
        "ttft_predicted,tpot_predicted,e2e_predicted\n";
    const KnownMixtures known = known_mixtures(tables.mixtures);
    if (known.passed_over.first && known.runs.empty() && tables.dense.empty() && tables.steps.empty())
        throw InputError(*known.passed_over.first);
    const std::vector<ServedFigures> dense = predict_shipped(OverheadProblem(tables.dense), tables.dense);
    write_shipped(tables.dense, dense, write);
    if (const std::string line = own_entry_line(tables.dense); !line.empty())
        write("\n" + line);
    const std::vector<ServedFigures> mixtures = predict_shipped(MixtureProblem(known.runs), known.runs);
    write_shipped(known.runs, mixtures, write);
    if (known.passed_over.count > 0)
        write("\n" + passed_over_line(known.passed_over, "run", " of mixtures"));
    if (!tables.steps.empty())
        write(fmt::format("\nThe catalogue's engines: single steps\n\n{}", shipped_step_table(tables.steps)));
    return csv + csv_lines(tables.dense, dense) + csv_lines(known.runs, mixtures);
}

void report_left_out(const ServedTables& tables, std::span<const Split> splits, const ReportSink& write) {
    const OverheadProblem dense(tables.dense);
    write_left_out({dense, tables.dense}, splits_for(splits, false), write);
    const MixtureProblem mixtures(tables.mixtures);
    write_left_out({mixtures, tables.mixtures}, splits_for(splits, true), write);
    if (!tables.steps.empty() && !splits.empty())
        write(fmt::format("\nLeave one step out\n\n{}", left_out_step_table(tables.steps)));
}

}  // namespace spillway
