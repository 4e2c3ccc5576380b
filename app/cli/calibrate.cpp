#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/calibrate/empirical_fit.hpp"
#include "app/calibrate/empirical_text.hpp"
#include "app/calibrate/fitted_engines.hpp"
#include "app/calibrate/load_fit.hpp"
#include "app/calibrate/overhead_problem.hpp"
#include "app/calibrate/served_tables.hpp"
#include "app/calibrate/validation_report.hpp"
#include "app/cli/calibrate_gpu.hpp"
#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/verbs.hpp"
#include "app/io/output_file.hpp"
#include "app/report/format.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::vector<OptionSpec> catalogue_options() {
    return {{"out", "FILE", "where the catalogue goes; - for standard output"}, {"help", "", "this text"}};
}

std::vector<OptionSpec> overhead_options() {
    std::vector<OptionSpec> options = catalogue_options();
    options.insert(options.begin() + 1, {"origin", "TEXT", "where the runs come from, for the provenance"});
    return options;
}

/// A line an engine: what it was fitted to with its errors, or that it is as it was.
std::string fitted_summary(const std::vector<EngineProfile>& engines) {
    std::string text;
    for (const EngineProfile& engine : engines) {
        const auto before =
            std::find_if(engine_catalog().begin(), engine_catalog().end(),
                         [&](const EngineProfile& other) { return other.name == engine.name; });
        const bool kept = before != engine_catalog().end() && before->provenance == engine.provenance;
        text += fmt::format("{}: {}\n", engine.name, kept ? "as in the catalogue" : engine.provenance);
    }
    return text;
}

int fit_overheads(const std::string& path, const Options& options) {
    const std::string name = options.required("out", "name the file to write");
    const std::vector<ServedRun> runs = read_served_tables(path).dense;
    if (runs.empty())
        throw InputError(path, "has no run of a dense model",
                         "`calibrate empirical` fits mixtures of experts and single steps");
    const OverheadProblem problem(runs);
    const std::vector<double> values = fit_all(RunFit(problem, runs), fitted_runs(runs));
    const std::vector<EngineProfile> engines =
        fitted_engines(problem, runs, values, options.value("origin").value_or(""));
    write_output(name, engines_text(engines));
    if (name != "-")
        write_output("-", fitted_summary(engines));
    return 0;
}

int fit_empirical(const std::string& path, const Options& options) {
    const std::string name = options.required("out", "name the file to write");
    const ServedTables tables = read_served_tables(path);
    if (tables.mixtures.empty() && tables.steps.empty())
        throw InputError(path, "has no run of a mixture of experts and no measured step",
                         "`calibrate overheads` fits dense models");
    write_output(name, empirical_text(fit_empirical_catalog(tables)));
    return 0;
}

int fit_loads(const std::string& path, const Options& options) {
    const std::string name = options.required("out", "name the file to write");
    const std::vector<LoaderFit> fits = fit_loaders(read_measured_loads(path));
    if (fits.empty())
        throw InputError(path, "has no load from storage", "rows of mode \"random\" are");
    write_output(name, loaders_text(fits, options.value("origin").value_or(path)));
    if (name != "-")
        write_output("-", load_report(fits));
    return 0;
}

std::vector<OptionSpec> validate_options() {
    return {
        {"shipped", "", "only what the catalogue's engines predict; nothing is fitted"},
        {"split", "NAME", "only this one: row, curve, deployment, gpu, model or version; default: all"},
        {"predictions", "FILE", "writes each run's measured and predicted figures; the catalogue's engines"},
        {"help", "", "this text"}};
}

std::vector<Split> wanted_splits(const Options& options) {
    const auto wanted = options.value("split");
    if (!wanted)
        return {kSplits.begin(), kSplits.end()};
    std::vector<std::string> names;
    for (const Split split : kSplits) {
        names.push_back(split_name(split));
        if (*wanted == names.back())
            return {split};
    }
    throw unknown_name("--split", "split", *wanted,
                       std::vector<std::string_view>(names.begin(), names.end()));
}

int validate_engines(const std::string& path, const Options& options) {
    const std::vector<Split> splits = wanted_splits(options);
    if (options.has("shipped") && options.has("split"))
        throw InputError("--split", "splits the runs of a fit, and with --shipped nothing is fitted",
                         "leave one of the two out");
    const ServedTables tables = read_served_tables(path);
    const auto write = [](const std::string& text) { write_output("-", text); };
    write(fmt::format("Errors in percent of {} and {}.\n",
                      show_counted(tables.dense.size() + tables.mixtures.size(), "measured run"),
                      show_counted(tables.steps.size(), "measured step")));
    write(passed_over_line(tables.rows, "row"));
    const std::string predictions = report_shipped(tables, write);
    if (const auto file = options.value("predictions"))
        write_output(*file, predictions);
    if (!options.has("shipped"))
        report_left_out(tables, splits, write);
    return 0;
}

constexpr std::array kVerbs{
    kImportVerb,
    kFitVerb,
    kDiffVerb,
    Verb{"overheads", "PATH --out FILE",
         "Fits what engines add to their GPUs' kernels to the served runs of a folder and writes the "
         "catalogue\n"
         "of engines. It takes minutes.",
         overhead_options, fit_overheads},
    Verb{
        "empirical", "PATH --out FILE",
        "Fits iterations to served runs of mixtures of experts and to measured steps, where no kernel table\n"
        "explains them, and writes the catalogue of such deployments. It takes minutes.",
        catalogue_options, fit_empirical},
    Verb{"loads", "FILE --out FILE",
         "Fits what loads weights to a table of measured loads, says how far it is off, also where a model's "
         "size\nwas left out, and writes the catalogue of loaders.",
         overhead_options, fit_loads},
    Verb{"validate", "PATH [options]",
         "Simulates the served runs of a table or of a folder's tables and says how far TTFT, TPOT and E2E\n"
         "are from what was measured: with the catalogue's engines, then with engines fitted without the "
         "run.\n"
         "The fits take minutes. A table's kind is told by its columns.",
         validate_options, validate_engines},
};

}  // namespace

int calibrate_command(const std::vector<std::string>& arguments) {
    return run_verb({"calibrate", "input", kVerbs}, arguments);
}

}  // namespace spillway
