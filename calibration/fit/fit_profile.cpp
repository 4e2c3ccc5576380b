#include "calibration/fit/fit_profile.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "calibration/fit/fit_sections.hpp"
#include "calibration/fit/fit_times.hpp"
#include "calibration/fit/machine_sheet.hpp"
#include "models/gpu_profile/kernel_times.hpp"
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

const char* kernel_of(const std::vector<GemmRow>&) { return "gemm"; }
const char* kernel_of(const std::vector<PrefillRow>&) { return "prefill attention"; }
const char* kernel_of(const std::vector<DecodeRow>&) { return "decode attention"; }

constexpr std::string_view kEverySection = "all";

const AcceptedSection* find_accepted(const FitOptions& options, const std::string& section) {
    for (const AcceptedSection& accepted : options.accepted) {
        if (accepted.section == section || accepted.section == kEverySection)
            return &accepted;
    }
    return nullptr;
}

/// What every section's fit is told.
struct Ground {
    const DataSheet& sheet;
    const FitOptions& options;
    const RowOrigin& origin;
};

/// Fits one section for each precision that has rows enough; of others, none is written.
template <class Row, class Fit, class Form>
void fit_each(const Ground& ground, const std::vector<Row>& rows,
              Fit (*fit)(const DataSheet&, Precision, const std::vector<Row>&, const RowOrigin&),
              std::vector<Section<Form>>& sections, ProfileFit& into) {
    constexpr std::size_t kFewest = 30;
    for (std::size_t i = 0; i < kPrecisionCount; ++i) {
        const auto precision = static_cast<Precision>(i);
        const std::vector<Row> own = rows_of(rows, precision);
        if (own.empty())
            continue;
        if (own.size() < kFewest) {
            into.too_few.push_back({fmt::format("{} {}", kernel_of(own), precision_name(precision)),
                                    fmt::format("rows, and a fit needs {}", kFewest),
                                    static_cast<std::int64_t>(own.size())});
            continue;
        }
        Fit result = fit(ground.sheet, precision, own, ground.origin);
        if (const AcceptedSection* accepted = find_accepted(ground.options, result.report.section))
            result.section.quality.note = accepted->reason;
        sections.push_back(std::move(result.section));
        into.reports.push_back(std::move(result.report));
    }
}

std::string named(const NamedWords& words, std::string_view name) {
    const std::string* word = find_named(words, name);
    return word == nullptr ? std::string() : *word;
}

/// "own probes on NVIDIA H100 80GB HBM3, driver 580.65, CUDA 13.0, 2026-11-30"
std::string probed_words(const SampleFile& samples) {
    std::string words = "own probes on " + samples.gpu;
    for (const char* name : {"cpu", "driver", "cuda_runtime", "date"}) {
        if (const std::string word = named(samples.environment, name); !word.empty())
            words += fmt::format(", {}{}",
                                 std::string_view(name) == "driver"         ? "driver "
                                 : std::string_view(name) == "cuda_runtime" ? "CUDA "
                                                                            : "",
                                 word);
    }
    return words;
}

void fill_provenance(const SampleFile& samples, ProfileFit& fit) {
    ProfileProvenance& provenance = fit.profile.provenance;
    provenance.repository = named(samples.provenance, "repository");
    provenance.commit = named(samples.provenance, "commit");
    provenance.path = named(samples.provenance, "path");
    provenance.licence = named(samples.provenance, "licence");
    provenance.software = named(samples.environment, "software");
    if (provenance.software.empty())
        provenance.software = probed_words(samples);
    provenance.method =
        "least squares on log ratios with a soft-L1 loss from 10 %, Levenberg-Marquardt; errors where one "
        "site (n x k, or a shape of heads) was left out";
    provenance.rejected = fit.too_few;
    for (const SectionReport& report : fit.reports) {
        provenance.rejected.insert(provenance.rejected.end(), report.rejected.begin(), report.rejected.end());
    }
}

/// What a small kernel takes where the host is not waited for, and how that is known.
struct KernelLaunch {
    double seconds = 2e-6;
    std::string note = "a launch of 2 us is assumed";
};

KernelLaunch kernel_launch(const GpuProfile& profile) {
    if (const TimeLine* node = find_time(profile, "graph replay"))
        return {node->seconds_each, "a launch is a node of a replayed graph, measured"};
    if (const TimeLine* kernel = find_time(profile, "launch kernel"))
        return {kernel->base_seconds, "a launch is that of empty kernels back to back, measured"};
    if (profile.kind == ProfileKind::kMeasuredHost)
        return {0, "a processor launches nothing"};
    return {};
}

std::string elementwise_note(const FitOptions& options, const KernelLaunch& launch) {
    std::string note = "the bandwidth is measured, " + launch.note;
    if (const AcceptedSection* accepted = find_accepted(options, "element-wise"))
        note += "; " + accepted->reason;
    return note;
}

constexpr const char* kTypical = "not measured: as typical of measured GPUs";

/// A kind of kernel of which nothing was measured, in every precision that the data sheet has a peak for.
template <class Form>
void fill_sections(std::vector<Section<Form>>& sections, const std::vector<Section<Form>>& typical) {
    if (!sections.empty())
        return;
    sections = typical;
    for (Section<Form>& section : sections) section.quality.note = kTypical;
}

constexpr const char* kNotUsable = "measured, but no sample could be used: as typical of measured GPUs";

bool measured_in_vain(const ProfileFit& fit) {
    return std::any_of(fit.reports.begin(), fit.reports.end(),
                       [](const SectionReport& report) { return report.section == "element-wise"; });
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
        profile.elementwise_quality.note = measured_in_vain(fit) ? kNotUsable : kTypical;
    }
    fill_sections(profile.gemm, roofline.gemm);
    fill_sections(profile.prefill, roofline.prefill);
    fill_sections(profile.decode, roofline.decode);
    if (has_gemm(profile, Precision::kBf16) && !has_gemm(profile, Precision::kInt4))
        add_weight_only(profile);
}

ProfileKind kind_of(const SampleFile& samples) {
    if (samples.backend == "table")
        return ProfileKind::kFittedFromPublicTable;
    return samples.backend == "host" ? ProfileKind::kMeasuredHost : ProfileKind::kMeasured;
}

const RowOrigin& origin_of(ProfileKind kind) {
    if (kind == ProfileKind::kFittedFromPublicTable)
        return kPublishedTable;
    return kind == ProfileKind::kMeasuredHost ? kHostProbes : kOwnProbes;
}

void add_elementwise(const TypedRows& rows, const FitOptions& options, ProfileFit& fit) {
    GpuProfile& profile = fit.profile;
    const KernelLaunch launch = kernel_launch(profile);
    ElementwiseFit elementwise =
        fit_elementwise(profile.sheet, rows.elementwise, launch.seconds, origin_of(profile.kind));
    profile.elementwise = elementwise.form;
    profile.elementwise_quality = quality_of(elementwise.report);
    profile.elementwise_quality.note = elementwise_note(options, launch);
    fit.reports.push_back(std::move(elementwise.report));
}

/// The sections that were fitted to engines' kernels on this GPU.
void take_catalog_attention(GpuProfile& profile, const std::string& where) {
    const GpuProfile& known = find_gpu_profile(profile.name, where);
    if (known.kind == ProfileKind::kDataSheet)
        throw InputError(where, "the catalogue has no measured attention of " + profile.name,
                         "leave out --attention: that of the samples is taken then");
    profile.prefill = known.prefill;
    profile.decode = known.decode;
    const auto note = [&](SectionQuality& quality) {
        quality.note = "the catalogue's, of " + known.provenance.software;
    };
    for (auto& section : profile.prefill) note(section.quality);
    for (auto& section : profile.decode) note(section.quality);
}

void judge(const FitOptions& options, ProfileFit& fit) {
    std::vector<std::string_view> sections;
    for (const SectionReport& report : fit.reports) sections.push_back(report.section);
    sections.push_back(kEverySection);
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
    const TypedRows rows = typed_rows(samples);
    const bool kernels = !rows.gemm.empty() || !rows.prefill.empty() || !rows.decode.empty();
    if (!kernels && rows.lines.empty())
        throw InputError(where, "has no sample that anything can be fitted to",
                         "gemm, attn.prefill and attn.decode make kernels; load and start.* make starts");
    MachineSheet machine = machine_sheet(samples, rows, options.name, where);
    ProfileFit fit;
    GpuProfile& profile = fit.profile;
    profile.name = machine.name;
    profile.kind = kind_of(samples);
    profile.sheet = std::move(machine.sheet);
    const Ground ground{profile.sheet, options, origin_of(profile.kind)};
    fit_each(ground, rows.gemm, fit_gemm, profile.gemm, fit);
    if (options.attention == FitOptions::Attention::kCatalogue) {
        take_catalog_attention(profile, where);
    } else {
        fit_each(ground, rows.prefill, fit_prefill, profile.prefill, fit);
        fit_each(ground, rows.decode, fit_decode, profile.decode, fit);
    }
    if (!rows.all_reduce.empty()) {
        AllReduceFit tables = fit_all_reduce(profile.sheet, rows.all_reduce);
        // One size says nothing of others.
        std::erase_if(tables.tables, [](const AllReduceTable& table) { return table.points.size() < 2; });
        profile.all_reduce = std::move(tables.tables);
        profile.all_reduce_quality = quality_of(tables.report);
        fit.reports.push_back(std::move(tables.report));
    }
    TimesFit times = fit_times(profile.sheet, rows.lines);
    profile.times = std::move(times.times);
    if (!rows.elementwise.empty())
        add_elementwise(rows, options, fit);
    fill_gaps(fit);
    fill_provenance(samples, fit);
    judge(options, fit);
    fit.time_reports = std::move(times.reports);
    fit.times_rejected = std::move(times.rejected);
    fit.marked =
        static_cast<std::size_t>(std::count_if(samples.samples.begin(), samples.samples.end(),
                                               [](const Sample& sample) { return !sample.marks.empty(); }));
    return fit;
}

}  // namespace spillway
