#include "app/calibrate/served_runs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "traces/csv_table.hpp"

namespace spillway {
namespace {

using Reader = std::vector<ServedRun> (*)(const std::filesystem::path&);

/// Who reads a table with these columns; null: it holds no served run.
Reader reader_of(const std::filesystem::path& file) {
    const CsvTable table(file, file.string());
    const auto has = [&](std::string_view name) {
        return std::find(table.header().begin(), table.header().end(), name) != table.header().end();
    };
    if (has("concurrency") && has("tpot_ms"))
        return read_closed_loop_rows;
    if (has("rate_rps") && has("itl_corrected_mean_ms"))
        return read_open_loop_rows;
    return nullptr;
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

std::string ServedRun::group() const {
    return fmt::format("{} {} {} {}", llm, gpu, engine, precision_name(weights));
}

std::vector<ServedRun> read_served_runs(const std::filesystem::path& path) {
    std::vector<ServedRun> runs;
    for (const std::filesystem::path& file : tables_in(path)) {
        const Reader read = reader_of(file);
        if (read == nullptr)
            continue;
        for (ServedRun& run : read(file)) runs.push_back(std::move(run));
    }
    if (runs.empty())
        throw InputError(path.string(), "holds no served run",
                         "tables with the columns of silicon_train.csv or vllm_open_loop_train.csv");
    return runs;
}

}  // namespace spillway
