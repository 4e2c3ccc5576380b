#include "calibration/fit/section_fit.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/core/round_digits.hpp"

namespace spillway {
namespace {

using Pairs = std::vector<std::pair<double, double>>;

/// Nearest rank: the smallest value that a share of all do not exceed.
double quantile(const std::vector<double>& sorted, double share) {
    const double rank = std::ceil(share * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(1.0, rank)) - 1];
}

std::vector<std::string> worst_points(const std::vector<RowFacts>& rows, const std::vector<double>& fitted) {
    constexpr std::size_t kShown = 5;
    std::vector<std::pair<double, std::string>> errors;
    std::size_t at = 0;
    for (const RowFacts& row : rows) {
        if (!row.is_number)
            continue;
        const double error = fitted[at++] / row.measured - 1;
        if (row.rejected.empty()) {
            errors.emplace_back(std::abs(error), fmt::format("{}: {:.3g} us, form {:+.0f}%", row.shown,
                                                             row.measured * 1e6, error * 100));
        }
    }
    const std::size_t count = std::min(kShown, errors.size());
    std::partial_sort(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(count), errors.end(),
                      std::greater<>());
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(errors[i].second);
    return texts;
}

}  // namespace

ErrorSummary summarise(const Pairs& pairs) {
    ErrorSummary summary;
    if (pairs.empty())
        return summary;
    std::vector<double> errors;
    double sum = 0;
    for (const auto& [form, measured] : pairs) {
        const double error = form / measured - 1;
        summary.bias += error;
        sum += std::abs(error);
        errors.push_back(std::abs(error));
    }
    std::sort(errors.begin(), errors.end());
    const auto count = static_cast<double>(errors.size());
    summary.samples = static_cast<std::int64_t>(errors.size());
    summary.mean = sum / count;
    summary.bias /= count;
    summary.median = quantile(errors, 0.5);
    summary.p90 = quantile(errors, 0.9);
    summary.p95 = quantile(errors, 0.95);
    return summary;
}

SectionReport report_fit(std::string section, const std::vector<RowFacts>& rows, const CurveFit& fit) {
    SectionReport report;
    report.section = std::move(section);
    report.on_bound = fit.on_bound;
    report.unidentified = fit.unidentified;
    report.condition = fit.condition;
    Pairs fitted;
    Pairs left_out;
    Pairs unfiltered;
    std::map<std::string, Pairs> by_region;
    std::map<std::string, std::int64_t> rejected;
    std::size_t at = 0;
    for (const RowFacts& row : rows) {
        if (!row.rejected.empty())
            ++rejected[row.rejected];
        if (!row.is_number)
            continue;
        const std::size_t i = at++;
        unfiltered.emplace_back(fit.left_out[i], row.measured);
        if (!row.rejected.empty()) {
            by_region["not used: " + row.rejected].emplace_back(fit.fitted[i], row.measured);
            continue;
        }
        left_out.emplace_back(fit.left_out[i], row.measured);
        fitted.emplace_back(fit.fitted[i], row.measured);
        by_region[row.region].emplace_back(fit.fitted[i], row.measured);
    }
    report.fitted = summarise(fitted);
    report.left_out = summarise(left_out);
    report.left_out_unfiltered = summarise(unfiltered);
    for (const auto& [region, pairs] : by_region) report.regions.emplace_back(region, summarise(pairs));
    for (const auto& [reason, count] : rejected) report.rejected.push_back({report.section, reason, count});
    report.worst = worst_points(rows, fit.fitted);
    return report;
}

SectionQuality quality_of(const SectionReport& report) {
    const auto residual = [](const std::string& region, const ErrorSummary& errors) {
        return Residual{region, errors.samples, errors.median, errors.p95, errors.bias};
    };
    SectionQuality quality;
    quality.samples = report.fitted.samples;
    quality.left_out_error = report.left_out.mean;
    quality.left_out_median = report.left_out.median;
    quality.left_out_error_unfiltered = report.left_out_unfiltered.mean;
    quality.left_out_median_unfiltered = report.left_out_unfiltered.median;
    quality.unidentified = report.unidentified;
    quality.condition = report.condition;
    quality.residuals.push_back(residual("all", report.fitted));
    for (const auto& [region, errors] : report.regions) quality.residuals.push_back(residual(region, errors));
    return quality;
}

void round_coefficients(CurveFit& fit, const CurveProblem& problem) {
    for (double& value : fit.coefficients) value = round_digits(value, 6);
    for (std::size_t row = 0; row < fit.fitted.size(); ++row)
        fit.fitted[row] = problem.seconds(row, fit.coefficients);
}

void require_rows(const std::string& section, const CurveProblem& problem) {
    const auto used = static_cast<std::size_t>(std::count(problem.used.begin(), problem.used.end(), true));
    if (used > problem.coefficients.size())
        return;
    throw InputError("samples",
                     fmt::format("{}: {} of {} rows can be used, and a fit needs more than {}", section, used,
                                 problem.used.size(), problem.coefficients.size()),
                     "rows faster than the data sheet allows are not used: is \"gpu\" the one that was "
                     "measured?");
}

}  // namespace spillway
