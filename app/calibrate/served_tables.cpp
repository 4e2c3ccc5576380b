#include "app/calibrate/served_tables.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sim/core/error.hpp"
#include "traces/csv_table.hpp"

namespace spillway {
namespace {

void add_runs(ServedRows rows, ServedTables& tables) {
    tables.rows.add(rows.passed_over);
    for (ServedRun& run : rows.runs) {
        std::vector<ServedRun>& into = run.mixture ? tables.mixtures : tables.dense;
        into.push_back(std::move(run));
    }
}

/// Whether the file holds anything served: it has a column that only one kind of table has. A misspelt one
/// beside it is the reader's to refuse.
bool read_file(const std::filesystem::path& file, ServedTables& tables) {
    const CsvTable table(file, file.string());
    const auto has = [&](std::string_view name) {
        return std::find(table.header().begin(), table.header().end(), name) != table.header().end();
    };
    if (has("concurrency") || has("tpot_ms")) {
        add_runs(read_closed_loop_rows(file), tables);
    } else if (has("rate_rps") || has("itl_corrected_mean_ms")) {
        add_runs(read_open_loop_rows(file), tables);
    } else if (has("prompt_ms") || has("token_ms")) {
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
                         "a .csv table with the columns of closed-loop runs (concurrency, tpot_ms, ...), of "
                         "open-loop runs (rate_rps, ...) or of steps (prompt_ms, token_ms, ...): "
                         "docs/calibration.md has them all");
    }
    return tables;
}

}  // namespace spillway
