#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "calibration/common/sample_file.hpp"
#include "calibration/fit/section_fit.hpp"

namespace spillway {

/// A section that is written although it is worse than allowed.
struct AcceptedSection {
    std::string section;  ///< as reports call it: "gemm fp8"
    std::string reason;   ///< goes into the profile as the section's note
};

/// What a fit is allowed to do.
struct FitOptions {
    double most_error = 0.25;               ///< mean error at sites left out, above which nothing is written
    std::vector<AcceptedSection> accepted;  ///< "all" is every one
    /// Our attention kernels stand for engines' own, of which the catalogue has some.
    enum class Attention : std::uint8_t { kMeasured, kCatalogue } attention = Attention::kMeasured;
    std::string name;  ///< of the profile, in place of the samples' own; empty: theirs
};

struct ProfileFit {
    GpuProfile profile;
    std::vector<SectionReport> reports;       ///< of kernels
    std::size_t marked = 0;                   ///< samples that were taken while something spoke against them
    std::vector<Rejection> too_few;           ///< rows of precisions that have too few of them
    std::vector<Rejection> times_rejected;    ///< samples of times that no line goes through
    std::vector<SectionReport> time_reports;  ///< of GpuProfile::times
    std::vector<std::string> refusals;        ///< why the profile should not be used; empty: it may be
};

/// Fits every section that the samples allow. What they do not measure is filled in from the data sheet, with
/// a note; what they do not tell has a typical value, and the section names it. Straight lines of copies and
/// starts are never refused: their error stands beside them. Throws InputError at `where` as machine_sheet
/// does, for samples of which nothing can be fitted, and for attention of a catalogue that has none of the
/// GPU. A bad fit is an outcome: see refusals.
ProfileFit fit_profile(const SampleFile& samples, const FitOptions& options, const std::string& where);

}  // namespace spillway
