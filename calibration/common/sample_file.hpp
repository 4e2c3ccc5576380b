#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/common/named_values.hpp"

namespace spillway {

/// The version of sample files that this program writes and reads.
inline constexpr const char* kSampleSchema = "spillway.samples/2";

/// Smallest and largest of the samples of a point, and their quartiles. Seconds.
struct SampleSpread {
    double least = 0;
    double lower_quartile = 0;
    double upper_quartile = 0;
    double most = 0;
};

/// One measured point: a probe with its parameters, and the median of what it took. What published tables do
/// not say is empty.
struct Sample {
    std::string probe;     ///< "gemm", "attn.decode", ...
    NamedWords words;      ///< parameters that are words
    NamedNumbers numbers;  ///< parameters that are numbers
    double median_seconds = 0;
    std::int64_t repeats = 1;
    std::optional<SampleSpread> spread{};
    std::optional<double> half_width{};  ///< half the median's 95 % interval, as a share of the median
    std::optional<double> rerun{};       ///< the second round's median over the first's, less 1
    std::string stopped{};               ///< why no more samples were taken
    std::vector<double> values{};        ///< all of them where they are few, in the order of measuring
    std::vector<std::string> marks{};    ///< what speaks against it: "throttled: power cap"

    /// The parameter of that name; throws InputError, which names the probe, when there is none.
    double number(std::string_view name) const;
    const std::string& word(std::string_view name) const;
};

/// A point that was not measured, and why.
struct SkippedPoint {
    std::string probe;
    NamedWords words;
    NamedNumbers numbers;
    std::string reason;
};

/// Raw measurements of one machine, from our own probes or from a published table: what a fit reads.
struct SampleFile {
    std::string gpu;         ///< as in the catalogue, or the device's own name
    std::string backend;     ///< "cuda", "host", or "table" for what others published
    NamedNumbers device;     ///< memory_bytes, multiprocessors, l2_bytes, ...; empty for tables
    NamedWords environment;  ///< software versions and the like
    NamedWords provenance;   ///< repository, commit, path, licence
    std::vector<Sample> samples;
    std::vector<SkippedPoint> skipped{};
};

/// Throws InputError with the place for text that is not such a file: another version (which is named), a
/// missing or unknown member, a time that is no number.
SampleFile read_samples(std::string_view text, const std::string& where);

/// One sample a line; the same samples give the same bytes.
void write_samples(const SampleFile& file, std::ostream& out);

}  // namespace spillway
