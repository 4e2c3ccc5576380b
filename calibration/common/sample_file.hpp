#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spillway {

/// The version of sample files that this program writes and reads.
inline constexpr const char* kSampleSchema = "spillway.samples/1";

/// One measured point: a probe with its parameters, and the median of what it took.
struct Sample {
    std::string probe;                                       ///< "gemm", "attn.decode", ...
    std::vector<std::pair<std::string, std::string>> words;  ///< parameters that are words
    std::vector<std::pair<std::string, double>> numbers;     ///< parameters that are numbers
    double median_seconds = 0;
    std::int64_t repeats = 1;
    /// The parameter of that name; throws InputError, which names the probe, when there is none.
    double number(std::string_view name) const;
    const std::string& word(std::string_view name) const;
};

using NamedWords = std::vector<std::pair<std::string, std::string>>;

/// Raw measurements of one GPU, from our own probes or from a published table: what a fit reads.
struct SampleFile {
    std::string gpu;         ///< as in the catalogue
    std::string backend;     ///< "cuda", or "table" for what others published
    NamedWords environment;  ///< software versions and the like
    NamedWords provenance;   ///< repository, commit, path, licence
    std::vector<Sample> samples;
};

/// Throws InputError with the place for text that is not such a file: another version (which is named), a
/// missing member, a time that is no number.
SampleFile read_samples(std::string_view text, const std::string& where);

/// One sample a line; the same samples give the same bytes.
void write_samples(const SampleFile& file, std::ostream& out);

}  // namespace spillway
