#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spillway {

/// Loads of one model by one loader on one machine, again and again.
struct MeasuredLoads {
    std::string gpu;
    std::string storage;
    std::string loader;
    std::string model;
    bool from_memory = false;  ///< one copy again and again; false: from storage
    double bytes = 0;
    std::vector<double> seconds;  ///< in the file's order
};

/// Reads a table with the columns gpu, storage, loader, model, model_bytes_fp16_nominal, mode (random or
/// cached) and load_s; one cell a model, in the file's order. Throws InputError for a row that cannot be.
std::vector<MeasuredLoads> read_measured_loads(const std::filesystem::path& file);

/// time = overhead + bytes / bandwidth.
struct LoadLine {
    double overhead = 0;   ///< seconds, 0 or more
    double bandwidth = 1;  ///< bytes a second
    double seconds(double bytes) const { return overhead + bytes / bandwidth; }
};

/// Mean of a cell's times, and a quantile of them, between two by their distance. Requires: a time.
double mean_seconds(const MeasuredLoads& cell);
double quantile_seconds(const MeasuredLoads& cell, double share);

/// The cells whose model is of another size, to 1 %.
std::vector<MeasuredLoads> without_size(std::span<const MeasuredLoads> cells, const MeasuredLoads& size);

/// Least squares of the relative errors of the cells' means, each size (to 1 %) weighing as much as another.
/// Without two sizes, or where it or the bandwidth would be negative, the overhead is 0. Requires: a cell.
LoadLine fit_load_line(std::span<const MeasuredLoads> cells);

/// The same with an overhead of 0.
LoadLine fit_load_line_through_origin(std::span<const MeasuredLoads> cells);

/// Probabilities and values of the law that multiplies the mean: quantiles of time over the cell's own mean,
/// all cells together, each as much as another, scaled to mean 1. Requires: a cell.
std::vector<std::pair<double, double>> load_noise(std::span<const MeasuredLoads> cells);

/// What is off by how much, as shares of what was measured.
struct LoadErrors {
    double fitted = 0;                     ///< of the cells' means, mean of absolute errors
    std::optional<double> left_out{};      ///< the same, each size predicted from the others; empty: one size
    double p95 = 0;                        ///< of the cells' p95, by the cell's own mean and the noise of all
    std::optional<double> left_out_p95{};  ///< the same by the noise of the other cells; empty: one cell
    std::optional<double> memory{};        ///< of the means of cells from memory; empty: there is none
};

/// One loader on one storage of one machine.
struct LoaderFit {
    std::string gpu;
    std::string storage;
    std::string loader;
    std::vector<MeasuredLoads> disk;
    std::vector<MeasuredLoads> memory;
    LoadLine line;
    LoadLine memory_line;  ///< through the origin; where `memory` is not empty
    std::vector<std::pair<double, double>> noise;
    LoadErrors errors;
};

/// A fit for each loader, storage and GPU of the table, in its order. Those that were never read from storage
/// are left out.
std::vector<LoaderFit> fit_loaders(const std::vector<MeasuredLoads>& cells);

/// The catalogue of loaders with these fits in place of those it has; published figures stay. The fits'
/// confidence is medium: the table does not say how its loads were measured.
std::string loaders_text(const std::vector<LoaderFit>& fits, const std::string& origin);

/// A table of the cells: what was measured, fitted and predicted when its size was left out.
std::string load_report(const std::vector<LoaderFit>& fits);

}  // namespace spillway
