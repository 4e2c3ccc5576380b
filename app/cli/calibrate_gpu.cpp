#include "app/cli/calibrate_gpu.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/calibrate/drift_report.hpp"
#include "app/calibrate/fit_report.hpp"
#include "app/calibrate/import_report.hpp"
#include "app/calibrate/import_tables.hpp"
#include "app/io/output_file.hpp"
#include "app/io/text_file.hpp"
#include "app/report/format.hpp"
#include "calibration/fit/fit_profile.hpp"
#include "models/gpu_profile/json_config.hpp"
#include "models/gpu_profile/profile_file.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

FitOptions::Attention attention_of(const Options& options) {
    const std::string word = options.value("attention").value_or("measured");
    if (word != "measured" && word != "catalogue")
        throw unknown_name("--attention", "attention", word, {"measured", "catalogue"});
    return word == "measured" ? FitOptions::Attention::kMeasured : FitOptions::Attention::kCatalogue;
}

/// --accept "gemm fp8=one framework version": the section, and the note that its profile carries.
FitOptions allowed(const Options& options) {
    FitOptions fit;
    fit.name = options.value("gpu").value_or("");
    fit.attention = attention_of(options);
    if (const auto text = options.value("accept")) {
        const std::size_t equals = text->find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text->size())
            throw InputError("--accept", fmt::format("\"{}\" is not SECTION=WHY", *text),
                             "for example \"gemm fp8=one framework version\"");
        fit.accepted.push_back({text->substr(0, equals), text->substr(equals + 1)});
    }
    return fit;
}

/// Whether a file holds samples, by the schema that it names; otherwise it should be a profile.
bool holds_samples(const std::string& text, const std::string& file) {
    const ConfigNode root = parse_json_config(text, file);
    const ConfigNode* schema = root.find("schema");
    return schema != nullptr && schema->as_text().starts_with("spillway.samples/");
}

std::vector<ProbeDrift> compare_files(const std::string& a, const std::string& b, double threshold) {
    const std::string text_a = read_text_file(a, a);
    const std::string text_b = read_text_file(b, b);
    const bool samples = holds_samples(text_a, a);
    if (samples != holds_samples(text_b, b))
        throw InputError(b,
                         fmt::format("holds {}, and {} {}", samples ? "a profile" : "samples", a,
                                     samples ? "samples" : "a profile"),
                         "two of a kind can be compared");
    return samples ? compare_samples(read_samples(text_a, a), read_samples(text_b, b), threshold)
                   : compare_profiles(read_profile(text_a, a), read_profile(text_b, b), threshold);
}

double drift_threshold(const Options& options) {
    constexpr double kUsual = 0.03;
    const auto text = options.value("threshold");
    if (!text)
        return kUsual;
    const auto threshold = parse_ratio(*text);
    if (!threshold || !(*threshold > 0))
        throw InputError("--threshold", fmt::format("\"{}\" is not a share above 0", *text),
                         "for example 3%");
    return *threshold;
}

}  // namespace

std::vector<OptionSpec> import_options() {
    return {{"gpu", "NAME", "whose tables to read"},
            {"out", "FILE", "where the samples go; - for standard output", 'o'},
            {"help", "", "this text"}};
}

int import_samples(const std::string& folder, const Options& options) {
    const std::string gpu = options.required("gpu", "name the GPU, as in --gpu H100");
    const std::string name = options.required("out", "name the file to write");
    const SampleFile samples = import_tables(folder, gpu);
    OutputFile out(name);
    write_samples(samples, out.stream());
    out.keep();
    if (name != "-")
        write_output("-", fmt::format("{}: {}\n\n{}", name, show_counted(samples.samples.size(), "sample"),
                                      import_report(samples)));
    return 0;
}

std::vector<OptionSpec> fit_options() {
    return {{"out", "FILE", "where the profile goes; - for standard output", 'o'},
            {"gpu", "NAME",
             "what the profile is of: a GPU of the catalogue, whose data sheet it then has, or a name of "
             "your own"},
            {"attention", "WHOSE",
             "measured, or catalogue: engines' own kernels on this GPU in place of our proxies; default: "
             "measured"},
            {"accept", "SECTION=WHY",
             "write this section (\"gemm fp8\"; \"all\") although it is worse than allowed, with the reason"},
            {"help", "", "this text"}};
}

int fit_samples(const std::string& file, const Options& options) {
    const std::string name = options.required("out", "name the file to write");
    const FitOptions wanted = allowed(options);
    const ProfileFit fit = fit_profile(read_samples(read_text_file(file, file), file), wanted, file);
    if (name != "-")
        write_output("-", fit_report(fit));
    if (!fit.refusals.empty())
        throw InputError(file, fmt::format("no profile is written: {}", fmt::join(fit.refusals, "; ")),
                         "--accept SECTION=WHY writes a section nevertheless");
    const std::string text = profile_text(fit.profile);
    read_profile(text, name);  // what this program would not read is not worth keeping
    write_output(name, text);
    return 0;
}

std::vector<OptionSpec> diff_options() {
    return {{"threshold", "SHARE", "smaller changes count as none; default: 3%"},
            {"strict", "", "fail (exit code 1) when anything got slower, is unclear or missing"},
            {"help", "", "this text"}};
}

int diff_measurements(const std::string& file, const Options& options) {
    const double threshold = drift_threshold(options);
    const std::vector<ProbeDrift> drifts = compare_files(file, options.positional().back(), threshold);
    write_output("-", drift_report(drifts, threshold));
    return options.has("strict") && !holds_still(drifts) ? 1 : 0;
}

}  // namespace spillway
