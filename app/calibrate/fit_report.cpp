#include "app/calibrate/fit_report.hpp"

#include <fmt/format.h>

#include "app/report/table.hpp"

namespace spillway {
namespace {

std::string percent(double share) { return fmt::format("{:.1f}", share * 100); }
std::string signed_percent(double share) { return fmt::format("{:+.1f}", share * 100); }

std::string overview(const ProfileFit& fit) {
    TextTable table({"section", "rows", "left out %", "median", "p90", "p95", "bias", "fitted %",
                     "unfiltered %", "median", "p95"});
    for (const SectionReport& report : fit.reports) {
        const ErrorSummary& out = report.left_out;
        const ErrorSummary& all = report.left_out_unfiltered;
        table.add({report.section, fmt::format("{}", out.samples), percent(out.mean), percent(out.median),
                   percent(out.p90), percent(out.p95), signed_percent(out.bias), percent(report.fitted.mean),
                   percent(all.mean), percent(all.median), percent(all.p95)});
    }
    return table.text();
}

std::string regions(const SectionReport& report) {
    TextTable table({"region", "rows", "mean %", "median", "p95", "bias"});
    for (const auto& [region, errors] : report.regions) {
        table.add({region, fmt::format("{}", errors.samples), percent(errors.mean), percent(errors.median),
                   percent(errors.p95), signed_percent(errors.bias)});
    }
    return table.text();
}

}  // namespace

std::string fit_report(const ProfileFit& fit) {
    std::string text = fmt::format("{}: errors of each form where its site was left out\n\n{}",
                                   fit.profile.name, overview(fit));
    for (const SectionReport& report : fit.reports) {
        text += fmt::format("\n{}, as written\n{}", report.section, regions(report));
        for (const Rejection& rejection : report.rejected)
            text += fmt::format("  not used: {} {}\n", rejection.samples, rejection.reason);
        for (const std::string& point : report.worst) text += fmt::format("  worst: {}\n", point);
    }
    return text;
}

}  // namespace spillway
