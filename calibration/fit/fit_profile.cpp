#include "calibration/fit/fit_profile.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "calibration/fit/fit_sections.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "models/gpu_profile/roofline.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

template <class Row>
std::vector<Row> rows_of(const std::vector<Row>& rows, Precision precision) {
    std::vector<Row> own;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(own),
                 [&](const Row& row) { return row.precision == precision; });
    return own;
}

const AcceptedSection* find_accepted(const FitOptions& options, const std::string& section) {
    for (const AcceptedSection& accepted : options.accepted) {
        if (accepted.section == section)
            return &accepted;
    }
    return nullptr;
}

/// Fits one section for each precision that has rows.
template <class Row, class Fit, class Form>
// NOLINTNEXTLINE(readability-function-size): what goes in and the two places where the result goes
void fit_each(const DataSheet& sheet, const FitOptions& options, const std::vector<Row>& rows,
              Fit (*fit)(const DataSheet&, Precision, const std::vector<Row>&),
              std::vector<Section<Form>>& sections, std::vector<SectionReport>& reports) {
    constexpr std::size_t kFewest = 50;
    for (std::size_t i = 0; i < kPrecisionCount; ++i) {
        const auto precision = static_cast<Precision>(i);
        const std::vector<Row> own = rows_of(rows, precision);
        if (own.empty())
            continue;
        if (own.size() < kFewest) {
            throw InputError("samples", fmt::format("hold {} rows of a kernel in {}; a fit needs {}",
                                                    own.size(), precision_name(precision), kFewest));
        }
        Fit result = fit(sheet, precision, own);
        if (const AcceptedSection* accepted = find_accepted(options, result.report.section))
            result.section.quality.note = accepted->reason;
        sections.push_back(std::move(result.section));
        reports.push_back(std::move(result.report));
    }
}

std::string named(const NamedWords& words, std::string_view name) {
    for (const auto& [key, value] : words) {
        if (key == name)
            return value;
    }
    return {};
}

void fill_provenance(const SampleFile& samples, ProfileFit& fit) {
    ProfileProvenance& provenance = fit.profile.provenance;
    provenance.repository = named(samples.provenance, "repository");
    provenance.commit = named(samples.provenance, "commit");
    provenance.path = named(samples.provenance, "path");
    provenance.licence = named(samples.provenance, "licence");
    provenance.software = named(samples.environment, "software");
    provenance.method =
        "least squares on log ratios with a soft-L1 loss from 10 %, Levenberg-Marquardt; errors where one "
        "site (n x k, or a shape of heads) was left out";
    for (const SectionReport& report : fit.reports) {
        provenance.rejected.insert(provenance.rejected.end(), report.rejected.begin(), report.rejected.end());
    }
}

std::string elementwise_note(const FitOptions& options) {
    std::string note = "the bandwidth is measured, a launch of 2 us is assumed";
    if (const AcceptedSection* accepted = find_accepted(options, "element-wise"))
        note += "; " + accepted->reason;
    return note;
}

/// Sections that the samples lack come from the data sheet's roofline and say so.
void fill_gaps(ProfileFit& fit) {
    GpuProfile& profile = fit.profile;
    const GpuProfile roofline = roofline_profile(profile.name, profile.sheet);
    if (profile.all_reduce.empty()) {
        profile.all_reduce = roofline.all_reduce;
        profile.all_reduce_quality.note = "not measured: a ring over the data sheet's link";
    }
    if (profile.elementwise_quality.samples == 0) {
        profile.elementwise = roofline.elementwise;
        profile.elementwise_quality.note = "not measured: as typical of measured GPUs";
    }
    add_weight_only(profile);
}

void judge(const FitOptions& options, ProfileFit& fit) {
    std::vector<std::string_view> sections;
    for (const SectionReport& report : fit.reports) sections.push_back(report.section);
    for (const AcceptedSection& accepted : options.accepted) {
        if (std::find(sections.begin(), sections.end(), accepted.section) == sections.end())
            throw unknown_name("--accept", "section", accepted.section, sections);
    }
    for (const SectionReport& report : fit.reports) {
        if (find_accepted(options, report.section) != nullptr)
            continue;
        if (!(report.left_out.mean <= options.most_error)) {
            fit.refusals.push_back(fmt::format("{}: error {:.1f} % at sites left out, {:.0f} % is allowed",
                                               report.section, report.left_out.mean * 100,
                                               options.most_error * 100));
        }
        for (const std::string& coefficient : report.on_bound)
            fit.refusals.push_back(
                fmt::format("{}: {} ended on the bound of its range", report.section, coefficient));
    }
}

}  // namespace

ProfileFit fit_profile(const SampleFile& samples, const FitOptions& options, const std::string& where) {
    ProfileFit fit;
    GpuProfile& profile = fit.profile;
    profile.name = samples.gpu;
    profile.kind = samples.backend == "table" ? ProfileKind::kFittedFromPublicTable : ProfileKind::kMeasured;
    profile.sheet = find_data_sheet(samples.gpu, where);
    const TypedRows rows = typed_rows(samples);
    if (rows.gemm.empty() || rows.prefill.empty() || rows.decode.empty())
        throw InputError(where, "lacks samples of gemm, attn.prefill or attn.decode");
    fit_each(profile.sheet, options, rows.gemm, fit_gemm, profile.gemm, fit.reports);
    fit_each(profile.sheet, options, rows.prefill, fit_prefill, profile.prefill, fit.reports);
    fit_each(profile.sheet, options, rows.decode, fit_decode, profile.decode, fit.reports);
    if (!rows.all_reduce.empty()) {
        AllReduceFit tables = fit_all_reduce(profile.sheet, rows.all_reduce);
        profile.all_reduce = std::move(tables.tables);
        profile.all_reduce_quality = quality_of(tables.report);
        fit.reports.push_back(std::move(tables.report));
    }
    if (!rows.elementwise.empty()) {
        ElementwiseFit elementwise = fit_elementwise(profile.sheet, rows.elementwise);
        profile.elementwise = elementwise.form;
        profile.elementwise_quality = quality_of(elementwise.report);
        profile.elementwise_quality.note = elementwise_note(options);
        fit.reports.push_back(std::move(elementwise.report));
    }
    fill_gaps(fit);
    fill_provenance(samples, fit);
    judge(options, fit);
    return fit;
}

}  // namespace spillway
