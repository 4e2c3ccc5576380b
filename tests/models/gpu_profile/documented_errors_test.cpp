// The tables of docs/accuracy.md, section Kernels, are what the catalogue's profiles say of themselves.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "models/gpu_profile/profile_catalog.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

/// A column of the tables: one kernel at one precision.
struct Kernel {
    const char* section;  ///< as profiles name it where they count what the fit did not use
    const SectionQuality* quality = nullptr;  ///< nothing: the GPU has no such kernel, or it was not measured
};

template <class Form>
const SectionQuality* quality_of(const std::vector<Section<Form>>& sections, Precision precision) {
    for (const Section<Form>& section : sections) {
        if (section.precision == precision && section.quality.samples > 0)
            return &section.quality;
    }
    return nullptr;
}

std::vector<Kernel> kernels_of(const GpuProfile& profile) {
    return {{"gemm bf16", quality_of(profile.gemm, Precision::kBf16)},
            {"gemm fp8", quality_of(profile.gemm, Precision::kFp8)},
            {"gemm nvfp4", quality_of(profile.gemm, Precision::kNvfp4)},
            {"prefill attention bf16", quality_of(profile.prefill, Precision::kBf16)},
            {"prefill attention fp8", quality_of(profile.prefill, Precision::kFp8)},
            {"decode attention bf16", quality_of(profile.decode, Precision::kBf16)},
            {"decode attention fp8", quality_of(profile.decode, Precision::kFp8)},
            {"all-reduce", &profile.all_reduce_quality}};
}

/// The mean errors of the prototype that the forms are measured against, in the order of the columns.
struct Prototype {
    const char* gpu;
    std::array<const char*, 8> percent;
};
constexpr std::array kPrototype{
    Prototype{"A100-80GB", {"7.9", "", "", "10.1", "", "9.5", "", "7, 13, 21"}},
    Prototype{"H100", {"7.4", "13.6", "", "5.4", "", "4.8", "6.3", "6, 11, 16"}},
    Prototype{"H200", {"8.9", "15.5", "", "5.2", "", "5.9", "6.9", "5, 10, 15"}},
    Prototype{"B200", {"10.4", "12.6", "11.7", "10.6", "", "7.7", "8.6", "16, 16, 17"}},
    Prototype{"L40S", {"10.0", "16.2", "", "10.4", "", "15.0", "", "3, 2, 10"}},
    Prototype{"RTX-PRO-6000", {"", "", "", "", "", "", "", ""}},
};

std::string with_filter(const SectionQuality& quality, const std::string& prototype) {
    const std::string own =
        fmt::format("{:.1f} / {:.1f}", 100 * quality.left_out_error, 100 * quality.left_out_median);
    return prototype.empty() ? own : fmt::format("{} ({})", own, prototype);
}

std::string without_filter(const SectionQuality& quality) {
    return fmt::format("{:.1f} / {:.1f}", 100 * quality.left_out_error_unfiltered,
                       100 * quality.left_out_median_unfiltered);
}

std::string samples(const GpuProfile& profile, const Kernel& kernel) {
    std::int64_t all = kernel.quality->samples;
    for (const Rejection& rejection : profile.provenance.rejected) {
        if (rejection.section == kernel.section)
            all += rejection.samples;
    }
    return fmt::format("{} of {}", kernel.quality->samples, all);
}

template <class Cell>
std::string row_of(const GpuProfile& profile, const std::string& head, const Cell& cell) {
    std::string row = fmt::format("| {} |", head);
    const std::vector<Kernel> kernels = kernels_of(profile);
    for (std::size_t i = 0; i < kernels.size(); ++i)
        row += kernels[i].quality == nullptr ? " - |" : fmt::format(" {} |", cell(kernels[i], i));
    return row + "\n";
}

/// The section of the page under a heading.
std::string section_of(const std::string& page, const std::string& heading) {
    const std::size_t from = page.find("\n## " + heading + "\n");
    REQUIRE(from != std::string::npos);
    return page.substr(from, page.find("\n## ", from + 1) - from);
}

void require_rows(const std::string& section, const std::string& rows) {
    INFO(rows);
    CHECK(section.find(rows) != std::string::npos);
}

}  // namespace

TEST_CASE("the errors of kernels in the documentation are those of the catalogue's profiles",
          "[models][gpu_profile]") {
    const std::string section = section_of(read_text(source_dir() / "docs/accuracy.md"), "Kernels");
    std::string used;
    std::string all;
    std::string counts;
    for (const Prototype& prototype : kPrototype) {
        const GpuProfile& profile = find_gpu_profile(prototype.gpu, "test");
        used += row_of(profile, profile.name, [&](const Kernel& kernel, std::size_t column) {
            return with_filter(*kernel.quality, prototype.percent.at(column));
        });
        all += row_of(profile, profile.name,
                      [](const Kernel& kernel, std::size_t) { return without_filter(*kernel.quality); });
        counts += row_of(profile, fmt::format("{}, {}", profile.name, profile.provenance.software),
                         [&](const Kernel& kernel, std::size_t) { return samples(profile, kernel); });
    }
    require_rows(section, used);
    require_rows(section, all);
    require_rows(section, counts);
}

TEST_CASE("the documentation of kernels leaves no measured GPU out", "[models][gpu_profile]") {
    for (const std::string_view name : gpu_profile_names()) {
        if (find_gpu_profile(name, "test").kind == ProfileKind::kDataSheet)
            continue;
        INFO(name);
        CHECK(std::any_of(kPrototype.begin(), kPrototype.end(),
                          [&](const Prototype& prototype) { return prototype.gpu == name; }));
    }
}

TEST_CASE("products and prefills are timed no worse than by the prototype", "[models][gpu_profile]") {
    constexpr std::size_t kProductsAndPrefills = 5;
    for (const Prototype& prototype : kPrototype) {
        const std::vector<Kernel> kernels = kernels_of(find_gpu_profile(prototype.gpu, "test"));
        for (std::size_t i = 0; i < kProductsAndPrefills; ++i) {
            const std::string percent = prototype.percent.at(i);
            INFO(prototype.gpu << " " << kernels[i].section);
            if (percent.empty())
                continue;
            REQUIRE(kernels[i].quality != nullptr);
            CHECK(100 * kernels[i].quality->left_out_error < std::stod(percent));
        }
    }
}
