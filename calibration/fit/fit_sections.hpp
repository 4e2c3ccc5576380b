#pragma once

#include <cstdint>
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

/// How rows came to be measured, which decides what a fit may learn from them.
struct RowOrigin {
    /// Tables that engines' overheads were fitted on top of keep what a fit made of them.
    Untold untold = Untold::kKeep;
    enum class Caches : std::uint8_t { kAsLeft, kFlushed } caches = Caches::kAsLeft;
    /// Whether the time holds the quantising of activations, or operands came quantised.
    enum class Operands : std::uint8_t { kQuantisedWithin, kReady } operands = Operands::kQuantisedWithin;
    double time_room = 1;  ///< what constants may take at most, over what they may on a GPU
};
inline constexpr RowOrigin kPublishedTable{};
inline constexpr RowOrigin kOwnProbes{Untold::kHold, RowOrigin::Caches::kFlushed, RowOrigin::Operands::kReady,
                                      1};
inline constexpr RowOrigin kHostProbes{Untold::kHold, RowOrigin::Caches::kFlushed,
                                       RowOrigin::Operands::kReady, 1000};

struct GemmFit {
    Section<GemmForm> section;
    SectionReport report;
};
GemmFit fit_gemm(const DataSheet& sheet, Precision weights, const std::vector<GemmRow>& rows,
                 const RowOrigin& origin = kPublishedTable);

struct PrefillFit {
    Section<PrefillForm> section;
    SectionReport report;
};
PrefillFit fit_prefill(const DataSheet& sheet, Precision cache, const std::vector<PrefillRow>& rows,
                       const RowOrigin& origin = kPublishedTable);

struct DecodeFit {
    Section<DecodeForm> section;
    SectionReport report;
};
DecodeFit fit_decode(const DataSheet& sheet, Precision cache, const std::vector<DecodeRow>& rows,
                     const RowOrigin& origin = kPublishedTable);

/// Tables need no fit: points in order, times made non-decreasing by pooling neighbours that are not. Over a
/// link of their own GPUs get the lower hull of the points: what is above it is noise, or a size for which
/// the measured program fell back to slower kernels, which engines do not do. Over PCIe they do. The error is
/// that of interpolation at each inner point from its neighbours.
struct AllReduceFit {
    std::vector<AllReduceTable> tables;
    SectionReport report;
};
AllReduceFit fit_all_reduce(const DataSheet& sheet, const std::vector<AllReduceRow>& rows);

/// Bandwidth that element-wise kernels reach, by non-negative least squares on relative errors. Of
/// published tables only sizes beyond the L2 are used. `launch_seconds` is that of a kernel in a graph, from
/// elsewhere: tables of such kernels show the host's.
struct ElementwiseFit {
    ElementwiseForm form;
    SectionReport report;
};
ElementwiseFit fit_elementwise(const DataSheet& sheet, const std::vector<ElementwiseRow>& rows,
                               double launch_seconds, const RowOrigin& origin);

}  // namespace spillway
