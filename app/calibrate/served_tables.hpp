#pragma once

#include <filesystem>
#include <vector>

#include "app/calibrate/measured_steps.hpp"
#include "app/calibrate/served_runs.hpp"

namespace spillway {

/// What was measured of engines that serve, by what can predict it.
struct ServedTables {
    std::vector<ServedRun> dense;     ///< kernels and overheads
    std::vector<ServedRun> mixtures;  ///< fits to served runs
    std::vector<MeasuredStep> steps;  ///< fits to single iterations
    PassedOver rows;                  ///< that are none of these
};

/// Everything that a file or the .csv files of a folder hold, in order of their names. What a file holds is
/// told by its columns; a folder's other tables are passed over. Throws InputError where there is nothing,
/// and what the readers throw.
ServedTables read_served_tables(const std::filesystem::path& path);

}  // namespace spillway
