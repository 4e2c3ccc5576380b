#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/common/sample_file.hpp"
#include "models/gpu_profile/gpu_profile.hpp"

namespace spillway {

enum class Drift : std::uint8_t {
    kSame,     ///< the whole interval lies within the threshold
    kFaster,   ///< the whole interval lies below it
    kSlower,   ///< the whole interval lies above it
    kUnclear,  ///< the interval crosses the threshold
    kMissing,  ///< one side has nothing of it, or nothing in common with the other
};

/// "same", "faster", "slower", "unclear", "missing".
std::string_view drift_name(Drift drift) noexcept;

/// How one probe, or one section of a profile, moved from A to B.
struct ProbeDrift {
    std::string probe;  ///< with its words: "gemm bf16"
    Drift verdict = Drift::kSame;
    std::size_t points = 0;  ///< compared
    double ratio = 1;        ///< median of B's time over A's
    double low = 1;          ///< the interval that the verdict is about
    double high = 1;
    std::string reason;  ///< of unclear and missing
    std::vector<std::string>
        changed;  ///< points that moved by over 10 % more or less than the others, worst first
};

/// Compares points of the same parameters. The interval is the median ratio's 95 % interval over the points
/// (by the binomial law; with under 6 points, all of them with their own intervals), widened by how far two
/// rounds of one file lie apart. Marked points are left out; a probe that has no
/// others is unclear. In order of the names.
std::vector<ProbeDrift> compare_samples(const SampleFile& a, const SampleFile& b, double threshold);

/// Compares the forms on a grid of sizes that both profiles are valid for. The interval holds the middle 80 %
/// of the grid's ratios: profiles say nothing of noise, and a form may move in one region alone.
std::vector<ProbeDrift> compare_profiles(const GpuProfile& a, const GpuProfile& b, double threshold);

/// The verdict on an interval, with the reason where there is none.
void judge_drift(ProbeDrift& drift, double threshold);

}  // namespace spillway
