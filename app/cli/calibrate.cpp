#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "app/calibrate/fit_report.hpp"
#include "app/calibrate/import_tables.hpp"
#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/io/output_file.hpp"
#include "app/report/format.hpp"
#include "calibration/fit/fit_profile.hpp"
#include "models/gpu_profile/profile_file.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

/// One verb under `calibrate`.
struct Verb {
    std::string_view name;
    std::string_view usage;
    std::string_view summary;
    std::vector<OptionSpec> (*options)();
    void (*run)(const std::string& input, const Options& options);
};

std::string required_value(const Options& options, std::string_view name, const std::string& hint) {
    if (const auto value = options.value(name))
        return *value;
    throw InputError(fmt::format("--{}", name), "is missing", hint);
}

std::string text_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in || std::filesystem::is_directory(file))
        throw InputError(file, "cannot be read");
    return std::move(text).str();
}

std::vector<OptionSpec> import_options() {
    return {{"gpu", "NAME", "whose tables to read"},
            {"out", "FILE", "where the samples go; - for standard output"},
            {"help", "", "this text"}};
}

void import_samples(const std::string& folder, const Options& options) {
    const std::string gpu = required_value(options, "gpu", "name the GPU, as in --gpu H100");
    const std::string name = required_value(options, "out", "name the file to write");
    const SampleFile samples = import_tables(folder, gpu);
    OutputFile out(name);
    write_samples(samples, out.stream());
    out.keep();
    if (name != "-")
        write_output("-", fmt::format("{}: {}\n", name, show_counted(samples.samples.size(), "sample")));
}

std::vector<OptionSpec> fit_options() {
    return {{"out", "FILE", "where the profile goes"},
            {"accept", "SECTION=WHY",
             "write this section (\"gemm fp8\") although it is worse than allowed, with the reason"},
            {"help", "", "this text"}};
}

/// --accept "gemm fp8=one framework version": the section, and the note that its profile carries.
FitOptions allowed(const Options& options) {
    FitOptions fit;
    if (const auto text = options.value("accept")) {
        const std::size_t equals = text->find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text->size())
            throw InputError("--accept", fmt::format("\"{}\" is not SECTION=WHY", *text),
                             "for example \"gemm fp8=one framework version\"");
        fit.accepted.push_back({text->substr(0, equals), text->substr(equals + 1)});
    }
    return fit;
}

void fit_samples(const std::string& file, const Options& options) {
    const std::string name = required_value(options, "out", "name the file to write");
    const FitOptions wanted = allowed(options);
    const ProfileFit fit = fit_profile(read_samples(text_of(file), file), wanted, file);
    if (name != "-")
        write_output("-", fit_report(fit));
    if (!fit.refusals.empty()) {
        std::string problem = "no profile is written";
        const char* separator = ": ";
        for (const std::string& refusal : fit.refusals) {
            problem += separator + refusal;
            separator = "; ";
        }
        throw InputError(file, problem, "--accept SECTION=WHY writes a section nevertheless");
    }
    write_output(name, profile_text(fit.profile));
}

constexpr std::array kVerbs{
    Verb{"import", "DIR --gpu NAME --out FILE",
         "Reads the published kernel tables of a GPU from a folder and writes them as samples.",
         import_options, import_samples},
    Verb{"fit", "SAMPLES.json --out FILE [options]",
         "Fits a GPU profile to samples and says how good it is. Nothing is written when the mean error at\n"
         "sites left out is above 25 % or a coefficient ends on the bound of its range.",
         fit_options, fit_samples},
};

std::string usage() {
    std::string text = "Usage: spillway calibrate VERB ...\n\n";
    for (const Verb& verb : kVerbs) text += fmt::format("  {:<9} {}\n", verb.name, verb.usage);
    return text + "\nspillway calibrate VERB --help says more.\n";
}

}  // namespace

int calibrate_command(const std::vector<std::string>& arguments) {
    if (!arguments.empty() && arguments[0] == "--help") {
        write_output("-", usage());
        return 0;
    }
    if (arguments.empty())
        throw InputError("spillway calibrate", "names no verb", "import or fit");
    std::vector<std::string_view> names;
    for (const Verb& verb : kVerbs) {
        names.push_back(verb.name);
        if (verb.name != arguments[0])
            continue;
        const std::string command = fmt::format("calibrate {}", verb.name);
        const std::vector<OptionSpec> specs = verb.options();
        const Options options(command, specs, {arguments.begin() + 1, arguments.end()});
        if (options.has("help")) {
            write_output("-", help_text(command, verb.usage, verb.summary, specs));
            return 0;
        }
        if (options.positional().size() != 1) {
            throw InputError("spillway " + command,
                             fmt::format("takes one input, not {}", options.positional().size()),
                             fmt::format("spillway {} {}", command, verb.usage));
        }
        verb.run(options.positional().front(), options);
        return 0;
    }
    throw unknown_name("spillway calibrate", "verb", arguments[0], names);
}

}  // namespace spillway
