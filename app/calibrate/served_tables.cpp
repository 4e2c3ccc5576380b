#include "app/calibrate/served_tables.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sim/core/error.hpp"
#include "traces/csv_table.hpp"

namespace spillway {
namespace {

void add_runs(std::vector<ServedRun> runs, ServedTables& tables) {
    for (ServedRun& run : runs) {
        std::vector<ServedRun>& into = run.mixture ? tables.mixtures : tables.dense;
        into.push_back(std::move(run));
    }
}

/// Whether the file holds anything served.
bool read_file(const std::filesystem::path& file, ServedTables& tables) {
    const CsvTable table(file, file.string());
    const auto has = [&](std::string_view name) {
        return std::find(table.header().begin(), table.header().end(), name) != table.header().end();
    };
    if (has("concurrency") && has("tpot_ms")) {
        add_runs(read_closed_loop_rows(file), tables);
    } else if (has("rate_rps") && has("itl_corrected_mean_ms")) {
        add_runs(read_open_loop_rows(file), tables);
    } else if (has("prompt_ms") && has("token_ms")) {
        for (MeasuredStep& step : read_measured_steps(file)) tables.steps.push_back(std::move(step));
    } else {
        return false;
    }
    return true;
}

std::vector<std::filesystem::path> tables_in(const std::filesystem::path& path) {
    if (!std::filesystem::is_directory(path))
        return {path};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (entry.path().extension() == ".csv")
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

ServedTables read_served_tables(const std::filesystem::path& path) {
    ServedTables tables;
    bool found = false;
    for (const std::filesystem::path& file : tables_in(path)) found = read_file(file, tables) || found;
    if (!found) {
        throw InputError(path.string(), "holds nothing served",
                         "tables with the columns of silicon_train.csv, vllm_open_loop_train.csv or "
                         "splitwise_train.csv");
    }
    return tables;
}

}  // namespace spillway
