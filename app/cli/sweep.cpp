#include <filesystem>
#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/study_options.hpp"
#include "app/cli/sweep_output.hpp"
#include "app/io/output_file.hpp"
#include "app/ranks/agree.hpp"
#include "app/ranks/ranks.hpp"
#include "app/study/sweep.hpp"
#include "app/study/sweep_table.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUsage = "STUDY.json [options]";
constexpr std::string_view kSummary =
    "Runs every point of a study, on all processors. Results go into one SQLite file as they come: stopped "
    "and\n"
    "started again, it goes on where it was. Under mpirun, all processes share the points.";

const std::vector<OptionSpec>& option_specs() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"out", "FILE.db", "where the results are kept; without it, the study's name with .db, here"},
         {"fresh", "", "start over: what the file holds is thrown away"},
         {"shard", "I/N", "the I-th of N parts of the points; `spillway merge` joins them"},
         {"pareto", "A,B", "the front of two metrics; without it, cost against p99 total"},
         {"csv", "FILE", "one row a point"},
         {"json", "FILE", "the same as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

/// A study that all processes have read. Throws InputError at rank 0 for what any of them met; empty
/// elsewhere.
std::unique_ptr<Study> load_together(const Options& options, Ranks& ranks) {
    std::unique_ptr<Study> study;
    RankReport report;
    try {
        study = std::make_unique<Study>(load_study(options.positional().front(), additions(options)));
        report.identity = study->identity;
    } catch (const InputError& error) {
        report.problem = error.what();
        if (ranks.place().rank == 0) {
            static_cast<void>(agree(ranks, report));
            throw;
        }
    }
    const std::string problem = agree(ranks, report);
    if (problem.empty())
        return study;
    if (ranks.place().rank == 0)
        throw InputError(options.positional().front(), problem);
    return nullptr;
}

fs::path results_file(const Options& options) {
    if (const auto name = options.value("out"))
        return *name;
    return fs::path(options.positional().front()).filename().replace_extension(".db");
}

void remove_results(const fs::path& file) {
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(file.string() + ending);
}

/// Runs what is missing and writes all of it. `ranks` may be nullptr.
void sweep(const Options& options, const Study& study, Ranks* ranks, int threads) {
    const std::optional<MetricPair> front = front_option(options, study.metrics);
    const fs::path file = results_file(options);
    if (options.has("fresh"))
        remove_results(file);
    const auto shard = options.value("shard");
    ResultStore store =
        ResultStore::open(file, StudyLayout::of(study), shard ? parse_shard(*shard, "--shard") : Shard{});
    run_sweep(study, &store, ranks, threads, Progress::form_of_standard_error());
    write_table(options, read_table(store, front));
}

int sweep_with(const Options& options, Ranks& ranks) {
    const std::unique_ptr<Study> study = load_together(options, ranks);
    if (!study)
        return kInputErrorCode;  // rank 0 says why
    const int threads = thread_count(options, ranks.place());
    if (ranks.place().rank == 0) {
        sweep(options, *study, &ranks, threads);
    } else {
        run_sweep(*study, nullptr, &ranks, threads, Progress::Form::kSilent);
    }
    return 0;
}

}  // namespace

int sweep_command(const std::vector<std::string>& arguments) {
    const Options options("spillway sweep", option_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway sweep", kUsage, kSummary, option_specs()));
        return 0;
    }
    if (options.positional().size() != 1)
        throw InputError("spillway sweep", "takes one study", "spillway sweep STUDY.json");
    if (launched_by_mpi()) {
        const std::unique_ptr<Ranks> ranks = join_ranks();
        return sweep_with(options, *ranks);
    }
    sweep(options, load_study(options.positional().front(), additions(options)), nullptr,
          thread_count(options));
    return 0;
}

}  // namespace spillway
