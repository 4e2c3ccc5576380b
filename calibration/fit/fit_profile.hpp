#pragma once

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
    double most_error = 0.25;  ///< mean error at sites left out, above which nothing is written
    std::vector<AcceptedSection> accepted;
};

struct ProfileFit {
    GpuProfile profile;
    std::vector<SectionReport> reports;
    std::vector<std::string> refusals;  ///< why the profile should not be used; empty: it may be
};

/// Fits every section that the samples allow, with the catalogue's data sheet of their GPU. What they do not
/// measure is filled in from the data sheet, with a note. Throws InputError at `where` for a GPU that the
/// catalogue lacks and for samples without products or attention. A bad fit is an outcome: see refusals.
ProfileFit fit_profile(const SampleFile& samples, const FitOptions& options, const std::string& where);

}  // namespace spillway
