#include "app/calibrate/fit_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/report/format.hpp"
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

/// What the samples do not tell of a section, and how far its fit could blow errors up.
std::string told(const SectionReport& report) {
    std::string text;
    if (report.condition > 0)
        text += fmt::format("  condition number {:.3g}\n", report.condition);
    if (!report.unidentified.empty())
        text += fmt::format("  not told by these samples: {}\n", fmt::join(report.unidentified, ", "));
    return text;
}

std::string show_step_time(double seconds) {
    if (seconds >= 1)
        return fmt::format("{:.3g} s", seconds);
    return seconds >= 1e-3 ? fmt::format("{:.3g} ms", seconds * 1e3)
                           : fmt::format("{:.3g} us", seconds * 1e6);
}

/// "1.2 GB/s" for bytes, "3 us" for nodes.
std::string show_each(const TimeLine& time) {
    if (time.unit.empty() || time.seconds_each <= 0)
        return "-";
    return time.unit == "byte" ? fmt::format("{:.4g} GB/s", 1e-9 / time.seconds_each)
                               : show_step_time(time.seconds_each);
}

/// Of one size alone, nothing can be left out.
std::string left_out_of(const SectionReport& report) {
    return report.left_out.samples > 0 ? percent(report.left_out.mean) : "-";
}

std::string times_table(const ProfileFit& fit) {
    if (fit.profile.times.empty() && fit.times_rejected.empty())
        return {};
    TextTable table({"time", "points", "constant", "each", "a sample's sd %", "left out %"});
    std::string notes;
    for (std::size_t i = 0; i < fit.profile.times.size(); ++i) {
        const TimeLine& time = fit.profile.times[i];
        table.add({time.name, fmt::format("{}", time.quality.samples), show_step_time(time.base_seconds),
                   show_each(time), percent(time.variation), left_out_of(fit.time_reports[i])});
        if (!time.quality.note.empty())
            notes += fmt::format("  {}: {}\n", time.name, time.quality.note);
    }
    for (const Rejection& rejection : fit.times_rejected)
        notes +=
            fmt::format("  {}, not used: {} {}\n", rejection.section, rejection.samples, rejection.reason);
    return fmt::format("\ncopies, launches and starts\n{}{}", table.text(), notes);
}

template <class Form>
std::string gaps_of(const char* kind, const std::vector<Section<Form>>& sections) {
    std::string text;
    for (const Section<Form>& section : sections) {
        if (section.quality.samples == 0)
            text +=
                fmt::format("  {} {}: {}\n", kind, precision_name(section.precision), section.quality.note);
    }
    return text;
}

/// What was not measured, by section.
std::string gaps(const ProfileFit& fit) {
    const GpuProfile& profile = fit.profile;
    std::string text = gaps_of("gemm", profile.gemm) + gaps_of("prefill attention", profile.prefill) +
                       gaps_of("decode attention", profile.decode);
    if (profile.all_reduce_quality.samples == 0)
        text += fmt::format("  all-reduce: {}\n", profile.all_reduce_quality.note);
    if (profile.elementwise_quality.samples == 0)
        text += fmt::format("  element-wise: {}\n", profile.elementwise_quality.note);
    for (const Rejection& few : fit.too_few)
        text += fmt::format("  {}: {} {}\n", few.section, few.samples, few.reason);
    return text.empty() ? text : "\nnot measured\n" + text;
}

}  // namespace

std::string fit_report(const ProfileFit& fit) {
    std::string text = fmt::format("{}: errors of each form where its site was left out\n\n{}",
                                   fit.profile.name, overview(fit));
    if (fit.marked > 0)
        text += fmt::format("\n{} were taken while the machine was throttled or drifted; they are used.\n",
                            show_counted(fit.marked, "sample"));
    for (const SectionReport& report : fit.reports) {
        text += fmt::format("\n{}, as written\n{}", report.section, regions(report));
        text += told(report);
        for (const Rejection& rejection : report.rejected)
            text += fmt::format("  not used: {} {}\n", rejection.samples, rejection.reason);
        for (const std::string& point : report.worst) text += fmt::format("  worst: {}\n", point);
    }
    return text + times_table(fit) + gaps(fit);
}

}  // namespace spillway
