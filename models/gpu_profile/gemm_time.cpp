#include <algorithm>
#include <cmath>

#include "models/gpu_profile/kernel_times.hpp"
#include "models/gpu_profile/time_parts.hpp"

namespace spillway {
namespace {

constexpr double kTileRows = 128;
constexpr double kFewestTileRows = 16;  // of tensor cores; a processor computes a single row

constexpr double kTileColumns = 128;

/// Rows x columns that the multiprocessors work through: whole tiles, in waves.
double padded_area(const DataSheet& sheet, const GemmForm& form, double fewest_rows, double m, double n) {
    const double columns = std::ceil(n / kTileColumns);
    const auto area = [&](double rows) {
        return in_waves(std::ceil(m / rows) * columns, sheet.multiprocessors, form.wave_weight) * rows *
               kTileColumns;
    };
    double least = area(kTileRows);
    double penalty = 1;
    for (double rows = kTileRows / 2; rows >= fewest_rows; rows /= 2) {
        penalty *= 1 + form.half_tile_penalty;
        least = std::min(least, area(rows) * penalty);
    }
    return least;
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a product has three sizes
double gemm_seconds(const DataSheet& sheet, Precision weights, const GemmForm& form, double m, double n,
                    double k) {
    const double fewest_rows = weights == Precision::kFp32 ? 1 : kFewestTileRows;
    const double compute = 2 * padded_area(sheet, form, fewest_rows, m, n) * (k + form.k_fill) /
                           (sheet.flops_of(weights) * form.compute_efficiency);
    const double bytes = weight_bytes(weights) * (n + form.n_fill) * k + activation_bytes(weights) * m * k +
                         activation_bytes(wide_precision(weights)) * m * n;
    const double memory = bytes / (sheet.memory_bandwidth * form.memory_efficiency);
    double seconds = form.launch_seconds + overlapped({compute, memory}, form.overlap_exponent);
    if (form.quantise_efficiency > 0) {
        const double read = activation_bytes(Precision::kBf16);
        seconds += (read + activation_bytes(weights)) * m * (k + form.quantise_k_fill) /
                   (sheet.memory_bandwidth * form.quantise_efficiency);
    }
    return seconds;
}

}  // namespace spillway
