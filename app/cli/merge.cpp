#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/study_options.hpp"
#include "app/cli/sweep_output.hpp"
#include "app/io/output_file.hpp"
#include "app/report/format.hpp"
#include "app/study/merge_results.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kMergeUsage = "SHARD.db... --out FILE.db [options]";
constexpr std::string_view kMergeSummary =
    "Joins the results of a study's shards: the same file, CSV and JSON as one process would have made.\n"
    "Exit code 1 when points are missing.";

const std::vector<OptionSpec>& merge_specs() {
    static const std::vector<OptionSpec> kSpecs{
        {"out", "FILE.db", "where the whole goes; what is there is replaced"},
        {"pareto", "A,B", "the front of two metrics"},
        {"csv", "FILE", "one row a point"},
        {"json", "FILE", "the same as JSON"},
        {"help", "", "this text"}};
    return kSpecs;
}

}  // namespace

int merge_command(const std::vector<std::string>& arguments) {
    const Options options("spillway merge", merge_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway merge", kMergeUsage, kMergeSummary, merge_specs()));
        return 0;
    }
    refuse_shared_standard_output(options, {"csv", "json"});
    if (options.positional().empty())
        throw InputError("spillway merge", "names no results", "spillway merge SHARD.db... --out FILE.db");
    const std::string out = options.required("out", "the file that the whole goes into");
    const std::vector<std::filesystem::path> shards(options.positional().begin(), options.positional().end());
    const ResultStore whole = merge_results(shards, out);
    write_table(options, read_table(whole, front_option(options, whole.layout().metrics)));
    const std::vector<std::uint64_t> missing = missing_points(whole);
    if (missing.empty())
        return 0;
    fmt::print(stderr, "{} of {} are missing, the first is {}\n", show_count(missing.size()),
               show_counted(whole.layout().labels.size(), "point"), missing.front());
    return 1;
}

}  // namespace spillway
