#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "calibration/fit/fit_sections.hpp"
#include "calibration/fit/row_filter.hpp"

namespace spillway {
namespace {

using Coefficient = FormCoefficient<GemmForm>;

constexpr std::array kCoefficients{
    Coefficient{"launch_seconds", &GemmForm::launch_seconds, 2e-7, 1e-4, 3e-6},
    Coefficient{"compute_efficiency", &GemmForm::compute_efficiency, 0.02, 1, 0.7, AtBound::kMayReach},
    Coefficient{"memory_efficiency", &GemmForm::memory_efficiency, 0.02, 1, 0.8, AtBound::kMayReach},
    Coefficient{"overlap_exponent", &GemmForm::overlap_exponent, 1, 30, 4, AtBound::kMayReach},
    Coefficient{"wave_weight", &GemmForm::wave_weight, 1e-3, 1, 0.5, AtBound::kMayReach},
    Coefficient{"k_fill", &GemmForm::k_fill, 0.1, 20000, 200, AtBound::kMayVanish},
    Coefficient{"n_fill", &GemmForm::n_fill, 0.1, 20000, 200, AtBound::kMayVanish},
    Coefficient{"half_tile_penalty", &GemmForm::half_tile_penalty, 1e-3, 10, 0.2, AtBound::kMayReach},
    Coefficient{"quantise_efficiency", &GemmForm::quantise_efficiency, 0.01, 4, 0.5, AtBound::kMayReach},
    Coefficient{"quantise_k_fill", &GemmForm::quantise_k_fill, 1, 50000, 2000, AtBound::kMayVanish},
};
constexpr std::size_t kQuantiseCoefficients = 2;  // the last ones; wide operands are not quantised

std::string m_band(double m) {
    if (m <= 16)
        return "m 0001-0016";
    if (m <= 64)
        return "m 0017-0064";
    if (m <= 256)
        return "m 0065-0256";
    if (m <= 1024)
        return "m 0257-1024";
    return m <= 4096 ? "m 1025-4096" : "m 4097-";
}

double bound_seconds(const DataSheet& sheet, const GemmRow& row) {
    const double flops = 2 * row.m * row.n * row.k / sheet.flops_of(row.precision);
    const double bytes = row.n * row.k * weight_bytes(row.precision) + 2 * row.m * row.k + 2 * row.m * row.n;
    return std::max(flops, bytes / sheet.memory_bandwidth);
}

/// Whether reading the weights matters, and a benchmark read them from the L2. A model of many layers does
/// not.
bool weights_stay_in_l2(const DataSheet& sheet, const GemmRow& row) {
    constexpr double kMatters = 1e-6;  // of a launch that takes several
    const double read = row.n * row.k * weight_bytes(row.precision);
    const double read_seconds = read / sheet.memory_bandwidth;
    return read * row.weight_copies < sheet.l2_bytes && read_seconds > kMatters &&
           read_seconds > 2 * row.m * row.n * row.k / sheet.flops_of(row.precision);
}

std::vector<ValidRange> ranges_of(const std::vector<GemmRow>& rows) {
    std::vector<ValidRange> ranges{
        {"m", rows[0].m, rows[0].m}, {"n", rows[0].n, rows[0].n}, {"k", rows[0].k, rows[0].k}};
    for (const GemmRow& row : rows) {
        const std::array sizes{row.m, row.n, row.k};
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            ranges[i].least = std::min(ranges[i].least, sizes[i]);
            ranges[i].most = std::max(ranges[i].most, sizes[i]);
        }
    }
    return ranges;
}

}  // namespace

GemmFit fit_gemm(const DataSheet& sheet, Precision weights, const std::vector<GemmRow>& rows,
                 const RowOrigin& origin) {
    std::vector<RowFacts> facts;
    RowFilter filter;
    for (const GemmRow& row : rows) {
        RowFacts& fact = facts.emplace_back();
        fact.measured = row.seconds;
        fact.site = fmt::format("{}x{}", row.n, row.k);
        fact.region = m_band(row.m);
        fact.shown = fmt::format("m {} n {} k {}", row.m, row.n, row.k);
        filter.judge(fact, fact.shown, bound_seconds(sheet, row));
        if (fact.rejected.empty() && weights_stay_in_l2(sheet, row))
            fact.rejected = kHotWeights;
    }
    std::span<const Coefficient> coefficients = kCoefficients;
    if (weights == wide_precision(weights) || origin.operands == RowOrigin::Operands::kReady)
        coefficients = coefficients.first(coefficients.size() - kQuantiseCoefficients);
    auto [form, report] = fit_form<GemmForm>(
        fmt::format("gemm {}", precision_name(weights)), facts,
        Searched<GemmForm>{coefficients, origin.untold, origin.time_room},
        [&](std::size_t i, const GemmForm& candidate) {
            return gemm_seconds(sheet, weights, candidate, rows[i].m, rows[i].n, rows[i].k);
        });
    GemmFit fit{{weights, form, quality_of(report)}, std::move(report)};
    fit.section.quality.valid = ranges_of(rows);
    return fit;
}

}  // namespace spillway
