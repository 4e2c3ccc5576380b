#include "app/calibrate/validation_report.hpp"

#include <array>

#include <fmt/format.h>

#include "app/calibrate/accuracy_report.hpp"

namespace spillway {
namespace {

/// Runs that share a table: their clients make other demands.
struct Population {
    std::string_view name;
    RunNumbers numbers;
};

std::array<Population, 3> populations(std::span<const ServedRun> runs) {
    std::array<Population, 3> all{Population{"closed loop", {}}, Population{"open loop", {}},
                                  Population{"groups set apart before any fit", {}}};
    for (std::size_t i = 0; i < runs.size(); ++i)
        all[runs[i].apart ? 2 : runs[i].open ? 1 : 0].numbers.push_back(i);
    return all;
}

}  // namespace

void report_shipped(std::span<const ServedRun> runs, const std::vector<ServedFigures>& shipped,
                    const ReportSink& write) {
    for (const Population& own : populations(runs)) {
        if (!own.numbers.empty())
            write(fmt::format("\nThe catalogue's engines: {}\n\n{}", own.name,
                              accuracy_table(runs, shipped, own.numbers)));
    }
}

void report_left_out(const OverheadFit& fit, std::span<const ServedRun> runs, std::span<const Split> splits,
                     const ReportSink& write) {
    const std::vector<double> full = fit_engines(fit, runs, fitted_runs(runs));
    for (const Split split : splits) {
        const std::vector<ServedFigures> predicted = predict_left_out(fit, runs, full, split);
        for (const Population& own : populations(runs)) {
            if (own.numbers.empty() || runs[own.numbers.front()].apart)
                continue;
            write(fmt::format("\nLeave one {} out: {}\n\n{}", split_name(split), own.name,
                              split == Split::kCurve
                                  ? accuracy_table(runs, predicted, own.numbers)
                                  : accuracy_by(runs, predicted, own.numbers, folds(runs, split))));
        }
    }
}

std::string predictions_csv(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted) {
    std::string text =
        "where,llm,gpu,gpus,precision,engine,input_tokens,output_tokens,clients,apart,ttft,tpot,e2e,"
        "ttft_predicted,tpot_predicted,e2e_predicted\n";
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

}  // namespace spillway
