#pragma once

#include <string>
#include <vector>

#include "calibration/common/sample_file.hpp"
#include "models/gpu_profile/kernel_times.hpp"

namespace spillway {

/// What every measured row has.
struct MeasuredRow {
    Precision precision = Precision::kBf16;
    double seconds = 0;
};

struct GemmRow : MeasuredRow {
    double m = 0;
    double n = 0;
    double k = 0;
    double weight_copies = 1;  ///< that the benchmark went through in turn, to keep weights out of the L2
};

/// `batch` sequences alike.
struct PrefillRow : MeasuredRow {
    AttentionShape shape;
    double batch = 0;
    PrefillChunk chunk;
};

struct DecodeRow : MeasuredRow {
    AttentionShape shape;
    double batch = 0;
    double context = 0;  ///< cached tokens of each sequence
};

struct AllReduceRow : MeasuredRow {
    int gpus = 0;
    double bytes = 0;
};

struct ElementwiseRow : MeasuredRow {
    std::string operation;
    double bytes = 0;
    std::string shape{};  ///< tokens and their width, where the samples say them
};

/// A time that grows in a straight line with a count of something: a copy, a launch, a step of a start.
struct LineRow {
    std::string name;  ///< probe and words: "bus.copy h2d pinned"
    std::string unit;  ///< of the count: "byte", "node"; empty: nothing grows
    double count = 0;
    double seconds = 0;
    double variation = 0;  ///< (upper - lower quartile) / 1.349 / median of its samples; 0: not known
};

struct TypedRows {
    std::vector<GemmRow> gemm;
    std::vector<PrefillRow> prefill;
    std::vector<DecodeRow> decode;
    std::vector<AllReduceRow> all_reduce;
    std::vector<ElementwiseRow> elementwise;
    std::vector<LineRow> lines;
};

/// Sorts samples by what they measure. Throws InputError for a probe or a precision that nobody knows and for
/// a missing parameter.
TypedRows typed_rows(const SampleFile& file);

}  // namespace spillway
