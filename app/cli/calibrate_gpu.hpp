#pragma once

#include "app/cli/verbs.hpp"

namespace spillway {

// What `spillway calibrate` does with a GPU's measurements: tables to samples, samples to a profile, two of a
// kind compared.

std::vector<OptionSpec> import_options();
int import_samples(const std::string& folder, const Options& options);
inline constexpr Verb kImportVerb{
    "import", "DIR --gpu NAME --out FILE",
    "Reads the published kernel tables of a GPU from a folder and writes them as samples.", import_options,
    import_samples};

std::vector<OptionSpec> fit_options();
int fit_samples(const std::string& file, const Options& options);
inline constexpr Verb kFitVerb{
    "fit", "SAMPLES.json --out FILE [options]",
    "Fits a GPU profile to samples and says how good it is. Nothing is written when the mean error at\n"
    "sites left out is above 25 % or a coefficient ends on the bound of its range.",
    fit_options, fit_samples};

std::vector<OptionSpec> diff_options();
int diff_measurements(const std::string& file, const Options& options);
inline constexpr Verb kDiffVerb{
    "diff",
    "A.json B.json [options]",
    "Compares two sample files or two profiles, B with A, and gives a verdict for each probe: same, faster,\n"
    "slower, unclear or missing. For drift between machines, drivers and versions.",
    diff_options,
    diff_measurements,
    2};

}  // namespace spillway
