#pragma once

#include <string>
#include <utility>
#include <vector>

#include "calibration/fit/section_fit.hpp"
#include "calibration/fit/typed_rows.hpp"

namespace spillway {

// One section of a profile each, from the rows of one precision. Rows that no form should learn from are
// rejected, counted by reason: what is no number, a point given again, times below the data sheet's bound
// (the operands stood in the L2), caches about the size of the L2; for attention also shapes that today's
// models and serving do not have (row_filter.hpp). Errors of the form on them are reported nevertheless.

struct GemmFit {
    Section<GemmForm> section;
    SectionReport report;
};
GemmFit fit_gemm(const DataSheet& sheet, Precision weights, const std::vector<GemmRow>& rows);

struct PrefillFit {
    Section<PrefillForm> section;
    SectionReport report;
};
PrefillFit fit_prefill(const DataSheet& sheet, Precision cache, const std::vector<PrefillRow>& rows);

struct DecodeFit {
    Section<DecodeForm> section;
    SectionReport report;
};
DecodeFit fit_decode(const DataSheet& sheet, Precision cache, const std::vector<DecodeRow>& rows);

/// Tables need no fit: points in order, times made non-decreasing by pooling neighbours that are not. Over a
/// link of their own GPUs get the lower hull of the points: what is above it is noise, or a size for which
/// the measured program fell back to slower kernels, which engines do not do. Over PCIe they do. The error is
/// that of interpolation at each inner point from its neighbours.
struct AllReduceFit {
    std::vector<AllReduceTable> tables;
    SectionReport report;
};
AllReduceFit fit_all_reduce(const DataSheet& sheet, const std::vector<AllReduceRow>& rows);

/// Bandwidth that element-wise kernels reach, by non-negative least squares on relative errors. Only sizes
/// beyond the L2 are used; a launch is taken as 2 us, because tables of such kernels show the host's.
struct ElementwiseFit {
    ElementwiseForm form;
    SectionReport report;
};
ElementwiseFit fit_elementwise(const DataSheet& sheet, const std::vector<ElementwiseRow>& rows);

}  // namespace spillway
