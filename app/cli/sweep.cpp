#include <filesystem>
#include <memory>
#include <optional>

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

constexpr std::string_view kSweepUsage = "STUDY.json [options]";
constexpr std::string_view kSweepSummary =
    "Runs every point of a study, on all processors. Results go into one SQLite file as they come: stopped "
    "and\n"
    "started again, it goes on where it was. Under mpirun, all processes share the points.";

const std::vector<OptionSpec>& sweep_specs() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"out", "FILE.db", "where the results are kept; without it, the study's name with .db, here"},
         {"fresh", "", "start over: what the file holds is thrown away"},
         {"shard", "I/N", "the I-th of N parts of the points; `spillway merge` joins them"},
         {"pareto", "A,B", "the front of two metrics; without it, cost against p99 total"},
         {"csv", "FILE", "one row a point"},
         {"json", "FILE", "the same as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

fs::path results_file(const Options& options) {
    if (const auto name = options.value("out"))
        return *name;
    return fs::path(options.positional().front()).filename().replace_extension(".db");
}

/// Everything that can be wrong with what the user asked for, found before work is shared.
struct Job {
    Study study;
    int threads = 1;
    std::optional<MetricPair> front;
    std::optional<ResultStore> store;  ///< of rank 0
};

Job prepare(const Options& options, const RankPlace& place) {
    Job job{
        load_study(options.positional().front(), additions(options)), thread_count(options, place), {}, {}};
    if (place.rank > 0)
        return job;
    job.front = front_option(options, job.study.metrics);
    const auto shard = options.value("shard");
    const fs::path file = results_file(options);
    if (options.has("fresh"))
        ResultStore::remove(file);
    job.store =
        ResultStore::open(file, StudyLayout::of(job.study), shard ? parse_shard(*shard, "--shard") : Shard{});
    return job;
}

/// Runs what is missing. `ranks` may be nullptr.
void sweep(Job& job, Ranks* ranks) {
    if (!job.store) {
        run_sweep(job.study, nullptr, ranks, job.threads, Progress::Form::kSilent);
        return;
    }
    run_sweep(job.study, &*job.store, ranks, job.threads, Progress::form_of_standard_error());
}

/// A job that all processes have prepared. Empty, with the reason at rank 0, when one of them could not.
std::optional<Job> prepare_together(const Options& options, Ranks& ranks, std::string& problem) {
    std::optional<Job> job;
    RankReport report;
    try {
        job = prepare(options, ranks.place());
        report.identity = job->study.identity;
    } catch (const InputError& error) {
        report.problem = error.what();
    }
    problem = agree(ranks, report);
    if (!problem.empty())
        job.reset();
    return job;
}

/// MPI ends all processes when one leaves by an exception or with an error code, and none of them could then
/// say why: so the ranks part first, and the leader alone fails.
int sweep_with_mpi(const Options& options) {
    std::unique_ptr<Ranks> ranks = join_ranks();
    const bool leads = ranks->place().rank == 0;
    std::string problem;
    std::optional<Job> job = prepare_together(options, *ranks, problem);
    if (job)
        sweep(*job, ranks.get());
    ranks.reset();
    if (job && leads)
        write_table(options, read_table(*job->store, job->front));
    if (leads && !problem.empty())
        throw InputError("spillway sweep", problem);
    return 0;
}

}  // namespace

int sweep_command(const std::vector<std::string>& arguments) {
    const Options options("spillway sweep", sweep_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway sweep", kSweepUsage, kSweepSummary, sweep_specs()));
        return 0;
    }
    if (options.positional().size() != 1)
        throw InputError("spillway sweep", "takes one study", "spillway sweep STUDY.json");
    // A shard is a job by itself, whoever started it.
    if (launched_by_mpi() && !options.has("shard"))
        return sweep_with_mpi(options);
    Job job = prepare(options, {});
    sweep(job, nullptr);
    write_table(options, read_table(*job.store, job.front));
    return 0;
}

}  // namespace spillway
