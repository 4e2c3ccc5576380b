#pragma once

#include <string>
#include <utility>
#include <vector>

#include "calibration/fit/section_fit.hpp"
#include "calibration/fit/typed_rows.hpp"

namespace spillway {

struct TimesFit {
    std::vector<TimeLine> times;         ///< in order of their names
    std::vector<SectionReport> reports;  ///< one each
    std::vector<Rejection> rejected;     ///< samples that no line goes through
};

/// A straight line through each kind of copy, launch, load and step of a start (line_fit.hpp). Device copies
/// that the L2 holds are left out: they are neither the launch nor the memory.
TimesFit fit_times(const DataSheet& sheet, const std::vector<LineRow>& rows);

}  // namespace spillway
