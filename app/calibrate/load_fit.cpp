#include "app/calibrate/load_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "app/calibrate/number_table.hpp"
#include "sim/core/check.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kSameSize = 0.01;
constexpr std::array kShares{0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 1.0};

bool same_size(const MeasuredLoads& one, const MeasuredLoads& other) {
    return std::abs(one.bytes - other.bytes) <= kSameSize * std::max(one.bytes, other.bytes);
}

double mean_error(const MeasuredLoads& cell, const LoadLine& line) {
    return std::abs(line.seconds(cell.bytes) / mean_seconds(cell) - 1);
}

double mean_error(std::span<const MeasuredLoads> cells, const LoadLine& line) {
    double sum = 0;
    for (const MeasuredLoads& cell : cells) sum += mean_error(cell, line);
    return sum / static_cast<double>(cells.size());
}

/// Sums over the cells of products of u = 1 / mean and v = bytes / mean, each size weighing as much as
/// another.
struct LineSums {
    explicit LineSums(std::span<const MeasuredLoads> cells) {
        for (const MeasuredLoads& cell : cells) {
            const auto alike = std::count_if(cells.begin(), cells.end(), [&](const MeasuredLoads& other) {
                return same_size(cell, other);
            });
            const double weight = 1 / static_cast<double>(alike);
            const double u = 1 / mean_seconds(cell);
            const double v = cell.bytes * u;
            uu += weight * u * u, uv += weight * u * v, vv += weight * v * v;
            u1 += weight * u, v1 += weight * v;
        }
    }
    double uu = 0, uv = 0, vv = 0, u1 = 0, v1 = 0;
};

double p95_error(const MeasuredLoads& cell, const std::vector<std::pair<double, double>>& noise) {
    const double predicted = mean_seconds(cell) * Distribution::quantiles(noise).quantile(0.95);
    return std::abs(predicted / quantile_seconds(cell, 0.95) - 1);
}

LoadErrors load_errors(std::span<const MeasuredLoads> cells, const LoadLine& line,
                       const std::vector<std::pair<double, double>>& noise) {
    LoadErrors errors;
    errors.fitted = mean_error(cells, line);
    double left_out = 0;
    double left_out_p95 = 0;
    bool one_size = false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const MeasuredLoads& cell = cells[i];
        errors.p95 += p95_error(cell, noise);
        const std::vector<MeasuredLoads> others = without_size(cells, cell);
        one_size = one_size || others.empty();
        if (!others.empty())
            left_out += mean_error(cell, fit_load_line(others));
        std::vector<MeasuredLoads> rest(cells.begin(), cells.end());
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
        if (!rest.empty())
            left_out_p95 += p95_error(cell, load_noise(rest));
    }
    const auto count = static_cast<double>(cells.size());
    errors.p95 /= count;
    if (!one_size)
        errors.left_out = left_out / count;
    if (cells.size() > 1)
        errors.left_out_p95 = left_out_p95 / count;
    return errors;
}

MeasuredLoads& cell_of(std::vector<MeasuredLoads>& cells, MeasuredLoads wanted) {
    const auto found = std::find_if(cells.begin(), cells.end(), [&](const MeasuredLoads& cell) {
        return cell.gpu == wanted.gpu && cell.storage == wanted.storage && cell.loader == wanted.loader &&
               cell.model == wanted.model && cell.from_memory == wanted.from_memory;
    });
    if (found != cells.end())
        return *found;
    cells.push_back(std::move(wanted));
    return cells.back();
}

}  // namespace

std::vector<MeasuredLoads> read_measured_loads(const std::filesystem::path& file) {
    NumberTable table(file, {"model_bytes_fp16_nominal", "load_s"},
                      {"gpu", "storage", "loader", "model", "mode"});
    std::vector<MeasuredLoads> cells;
    while (table.next()) {
        const std::string mode(table.word("mode"));
        if (mode != "random" && mode != "cached")
            table.refuse("mode", "is neither random nor cached");
        MeasuredLoads wanted{std::string(table.word("gpu")),
                             std::string(table.word("storage")),
                             std::string(table.word("loader")),
                             std::string(table.word("model")),
                             mode == "cached",
                             table.measured("model_bytes_fp16_nominal"),
                             {}};
        const double bytes = wanted.bytes;
        MeasuredLoads& cell = cell_of(cells, std::move(wanted));
        if (cell.bytes != bytes)
            table.refuse("model_bytes_fp16_nominal", "is another size than in this model's rows before");
        cell.seconds.push_back(table.measured("load_s"));
    }
    return cells;
}

double mean_seconds(const MeasuredLoads& cell) {
    return std::accumulate(cell.seconds.begin(), cell.seconds.end(), 0.0) /
           static_cast<double>(cell.seconds.size());
}

double quantile_seconds(const MeasuredLoads& cell, double share) {
    std::vector<double> values = cell.seconds;
    std::sort(values.begin(), values.end());
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
}

std::vector<MeasuredLoads> without_size(std::span<const MeasuredLoads> cells, const MeasuredLoads& size) {
    std::vector<MeasuredLoads> kept;
    std::copy_if(cells.begin(), cells.end(), std::back_inserter(kept),
                 [&](const MeasuredLoads& cell) { return !same_size(cell, size); });
    return kept;
}

LoadLine fit_load_line(std::span<const MeasuredLoads> cells) {
    SPILLWAY_CHECK(!cells.empty(), "a line through no loads");
    if (without_size(cells, cells.front()).empty())
        return fit_load_line_through_origin(cells);
    // Minimises sum of w (a u + b v - 1)^2; a is the overhead, b the time of a byte.
    constexpr double kNoise = 1e-9;
    const LineSums sums(cells);
    const double determinant = sums.uu * sums.vv - sums.uv * sums.uv;
    const double overhead = (sums.u1 * sums.vv - sums.v1 * sums.uv) / determinant;
    const double per_byte = (sums.uu * sums.v1 - sums.uv * sums.u1) / determinant;
    if (overhead > 0 && per_byte * cells.front().bytes > kNoise * overhead)
        return {overhead, 1 / per_byte};
    return fit_load_line_through_origin(cells);
}

LoadLine fit_load_line_through_origin(std::span<const MeasuredLoads> cells) {
    SPILLWAY_CHECK(!cells.empty(), "a line through no loads");
    const LineSums sums(cells);
    return {0, sums.vv / sums.v1};
}

std::vector<std::pair<double, double>> load_noise(std::span<const MeasuredLoads> cells) {
    SPILLWAY_CHECK(!cells.empty(), "the noise of no loads");
    std::vector<std::pair<double, double>> points;
    for (const double share : kShares) {
        double sum = 0;
        for (const MeasuredLoads& cell : cells) sum += quantile_seconds(cell, share) / mean_seconds(cell);
        points.emplace_back(share, sum / static_cast<double>(cells.size()));
    }
    const double scale = Distribution::quantiles(points).mean();
    for (auto& point : points) point.second /= scale;
    return points;
}

std::vector<LoaderFit> fit_loaders(const std::vector<MeasuredLoads>& cells) {
    std::vector<LoaderFit> fits;
    for (const MeasuredLoads& cell : cells) {
        auto found = std::find_if(fits.begin(), fits.end(), [&](const LoaderFit& fit) {
            return fit.gpu == cell.gpu && fit.storage == cell.storage && fit.loader == cell.loader;
        });
        if (found == fits.end())
            found = fits.insert(fits.end(), {cell.gpu, cell.storage, cell.loader, {}, {}, {}, {}, {}, {}});
        (cell.from_memory ? found->memory : found->disk).push_back(cell);
    }
    std::erase_if(fits, [](const LoaderFit& fit) { return fit.disk.empty(); });
    for (LoaderFit& fit : fits) {
        fit.line = fit_load_line(fit.disk);
        fit.noise = load_noise(fit.disk);
        fit.errors = load_errors(fit.disk, fit.line, fit.noise);
        if (fit.memory.empty())
            continue;
        fit.memory_line = fit_load_line_through_origin(fit.memory);
        fit.errors.memory = mean_error(fit.memory, fit.memory_line);
    }
    return fits;
}

}  // namespace spillway
