#include "calibration/fit/machine_sheet.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// What drivers call the GPUs of the catalogue. Boards of that chip with other memory or fewer
/// multiprocessors (PCIe, NVL) are not there on purpose.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kDeviceNames{{
    {"NVIDIA A10", "A10"},
    {"NVIDIA A100-SXM4-40GB", "A100-40GB"},
    {"NVIDIA A100-SXM4-80GB", "A100-80GB"},
    {"NVIDIA A10G", "A10G"},
    {"NVIDIA A40", "A40"},
    {"NVIDIA B200", "B200"},
    {"NVIDIA B300 SXM6 AC", "B300"},
    {"NVIDIA GB200", "GB200"},
    {"NVIDIA GeForce RTX 3090", "RTX3090"},
    {"NVIDIA GeForce RTX 4090", "RTX4090"},
    {"NVIDIA H100 80GB HBM3", "H100"},
    {"NVIDIA H200", "H200"},
    {"NVIDIA L4", "L4"},
    {"NVIDIA L40", "L40"},
    {"NVIDIA L40S", "L40S"},
    {"NVIDIA RTX 6000 Ada Generation", "RTX6000Ada"},
    {"NVIDIA RTX A4000", "A4000"},
    {"NVIDIA RTX A5000", "A5000"},
    {"NVIDIA RTX A6000", "A6000"},
    {"NVIDIA RTX PRO 6000 Blackwell Server Edition", "RTX-PRO-6000"},
}};

std::string catalog_name(const std::string& device) {
    for (const auto& [driver_name, name] : kDeviceNames) {
        if (device == driver_name)
            return std::string(name);
    }
    return device;
}

bool in_catalog(const std::string& name) {
    const std::vector<std::string_view> names = gpu_profile_names();
    return std::find(names.begin(), names.end(), name) != names.end();
}

void check_same(const SampleFile& samples, const MachineSheet& machine, const std::string& where) {
    const double* found = find_named(samples.device, "multiprocessors");
    if (found == nullptr || *found == machine.sheet.multiprocessors)
        return;
    throw InputError(where,
                     fmt::format("the device has {} multiprocessors, and the catalogue's {} {}", *found,
                                 machine.name, machine.sheet.multiprocessors),
                     "--gpu with a name of your own fits it as a GPU of its own");
}

double reported(const SampleFile& samples, std::string_view name, const std::string& where) {
    const double* found = find_named(samples.device, name);
    if (found != nullptr && *found >= 1)
        return *found;
    throw InputError(where, fmt::format("lacks the device's \"{}\"", name),
                     "a GPU that the catalogue lacks is described by its samples' \"device\"");
}

bool is_time(double seconds) { return std::isfinite(seconds) && seconds > 0; }

double largest_copy(const TypedRows& rows) {
    double largest = 0;
    for (const LineRow& row : rows.lines) {
        if (row.name.starts_with("mem.copy") && is_time(row.seconds))
            largest = std::max(largest, row.count);
    }
    return largest;
}

/// The best rate of the largest copies, and of caches of keys and values that are as large.
double best_bandwidth(const TypedRows& rows) {
    const double largest = largest_copy(rows);
    double best = 0;
    for (const LineRow& row : rows.lines) {
        if (row.name.starts_with("mem.copy") && row.count == largest && is_time(row.seconds))
            best = std::max(best, 2 * row.count / row.seconds);
    }
    for (const DecodeRow& row : rows.decode) {
        const double read = row.batch * row.context * 2 * row.shape.kv_heads * row.shape.head_dim *
                            weight_bytes(row.precision);
        if (largest > 0 && read >= largest && is_time(row.seconds))
            best = std::max(best, read / row.seconds);
    }
    return best;
}

double best_copy(const TypedRows& rows, std::string_view name) {
    double best = 0;
    for (const LineRow& row : rows.lines) {
        if (row.name.starts_with(name) && row.count > 0 && is_time(row.seconds))
            best = std::max(best, row.count / row.seconds);
    }
    return best;
}

/// What the generation of PCIe that the device reports carries in one direction, or the slowest in use.
double bus_of(const SampleFile& samples) {
    constexpr double kLaneOfFirst = 0.25e9;  // of the first generation; each doubles it
    const double* generation = find_named(samples.device, "pcie_generation");
    const double* width = find_named(samples.device, "pcie_width");
    if (generation == nullptr || width == nullptr || !(*generation >= 1 && *generation <= 7))
        return 16e9;
    return std::max(1e9, kLaneOfFirst * std::exp2(*generation - 1) * *width);
}

void add_peaks(const TypedRows& rows, DataSheet& sheet) {
    for (const GemmRow& row : rows.gemm) {
        double& peak = sheet.flops[static_cast<std::size_t>(row.precision)];
        if (is_time(row.seconds))
            peak = std::max(peak, 2 * row.m * row.n * row.k / row.seconds);
    }
}

DataSheet sheet_of_samples(const SampleFile& samples, const TypedRows& rows, const std::string& where) {
    DataSheet sheet;
    sheet.memory_bytes = reported(samples, "memory_bytes", where);
    sheet.l2_bytes = reported(samples, "l2_bytes", where);
    // A virtual machine shows the whole processor's cache, of which it has a share that nobody tells.
    constexpr double kBeyondCache = 4;
    if (const double largest = largest_copy(rows); largest > 0)
        sheet.l2_bytes = std::min(sheet.l2_bytes, largest / kBeyondCache);
    sheet.multiprocessors = reported(samples, "multiprocessors", where);
    const double* stated = find_named(samples.device, "peak_bandwidth");
    const double measured = best_bandwidth(rows);
    sheet.memory_bandwidth = std::max(stated != nullptr ? *stated : 0.0, measured);
    add_peaks(rows, sheet);
    if (sheet.memory_bandwidth <= 0 ||
        (sheet.flops_of(Precision::kBf16) <= 0 && sheet.flops_of(Precision::kFp32) <= 0))
        throw InputError(where,
                         "neither the catalogue nor the samples say how fast this machine can be at best",
                         "measure \"mem.copy\" and \"gemm\" in bf16 (fp32 on a processor)");
    sheet.pcie_bandwidth = best_copy(rows, "bus.copy");
    // A processor's own memory has no bus before it.
    if (sheet.pcie_bandwidth <= 0)
        sheet.pcie_bandwidth = samples.backend == "host" ? sheet.memory_bandwidth : bus_of(samples);
    sheet.link_bandwidth = sheet.pcie_bandwidth;
    sheet.source =
        "the samples: sizes as the device reports them (of the cache, at most a quarter of the largest "
        "copy), peaks as the best rates that were measured";
    return sheet;
}

}  // namespace

MachineSheet machine_sheet(const SampleFile& samples, const TypedRows& rows, const std::string& own_name,
                           const std::string& where) {
    MachineSheet machine{own_name.empty() ? catalog_name(samples.gpu) : own_name, {}};
    // A device that says nothing of itself can only be one that is known.
    if (samples.backend == "table" || samples.device.empty() || in_catalog(machine.name)) {
        machine.sheet = find_data_sheet(machine.name, where);
        check_same(samples, machine, where);
        // Of a precision whose peak no data sheet of the catalogue states.
        DataSheet measured;
        add_peaks(rows, measured);
        for (std::size_t i = 0; i < kPrecisionCount; ++i) {
            if (machine.sheet.flops[i] <= 0 && static_cast<Precision>(i) == Precision::kInt8)
                machine.sheet.flops[i] = measured.flops[i];
        }
        return machine;
    }
    machine.sheet = sheet_of_samples(samples, rows, where);
    return machine;
}

}  // namespace spillway
