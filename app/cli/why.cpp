#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "app/why/band_text.hpp"
#include "app/why/story_text.hpp"
#include "app/why/why_json.hpp"
#include "app/why/why_run.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kCommand = "spillway why";
constexpr std::string_view kUsage = "SCENARIO.json --request N | --band p99 [options]";
constexpr std::string_view kSummary =
    "Says why a request took its time, or those around a percentile: what they found, which start they "
    "waited\n"
    "for, which decision ordered it, and how long after its figure had passed the threshold.";

std::vector<OptionSpec> option_specs() {
    return with_scenario_options({
        {"request", "N", "the request of this number, as `run --requests` counts"},
        {"band", "pXX", "the requests within half a percent of this percentile of the total: p99, p95, p50"},
        {"class", "NAME", "of a band: those of this class alone"},
        {"json", "FILE", "the answer as JSON; - for standard output in place of the text"},
    });
}

std::uint64_t read_number(const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw InputError("--request", fmt::format("is not a number: \"{}\"", text),
                         "the first column of `spillway run SCENARIO.json --requests FILE` numbers them");
    }
    return number;
}

Quantile read_percentile(const std::string& text) {
    const std::string digits = text.starts_with('p') ? text.substr(1) : std::string();
    double percent = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), percent);
    const bool is_number = !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
    if (!is_number || !(percent >= 1 && percent <= 99)) {
        throw InputError("--band", fmt::format("is no percentile from p1 to p99: \"{}\"", text),
                         "--band p99 means the requests between p98.5 and p99.5");
    }
    return Quantile::from_percent(percent);
}

std::optional<ClassId> read_class(const Options& options, const Scenario& scenario) {
    const auto name = options.value("class");
    if (!name)
        return std::nullopt;
    const std::vector<std::string> names = scenario.class_names();
    const auto found = std::find(names.begin(), names.end(), *name);
    if (found == names.end())
        throw unknown_name("--class", "class", *name, {names.begin(), names.end()});
    return ClassId{static_cast<std::uint32_t>(found - names.begin())};
}

/// JSON where it was asked for, and text unless that takes standard output.
template <class Answer>
void write(const Options& options, const Answer& answer, const std::string& text) {
    const auto name = options.value("json");
    if (name)
        write_output(*name, why_json(answer));
    if (name != "-")
        write_output("-", text);
}

void check(const Options& options) {
    if (options.positional().size() != 1)
        throw InputError(std::string(kCommand), "takes one scenario", fmt::format("{} {}", kCommand, kUsage));
    if (options.has("request") == options.has("band"))
        throw InputError(std::string(kCommand), "takes either --request or --band",
                         fmt::format("{} {}", kCommand, kUsage));
    if (options.has("class") && !options.has("band"))
        throw InputError("--class", "is of a band only", "a request has its class");
}

}  // namespace

int why_command(const std::vector<std::string>& arguments) {
    const Options options(kCommand, option_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text(kCommand, kUsage, kSummary, option_specs()));
        return 0;
    }
    check(options);
    const Scenario scenario = ScenarioFile::load(options.positional().front(), additions(options)).scenario();
    if (const auto number = options.value("request")) {
        const RequestAnswer answer = why_request(scenario, read_number(*number));
        write(options, answer, story_text(answer.story, answer.names));
        return 0;
    }
    const BandAnswer answer =
        why_band(scenario, read_percentile(*options.value("band")), read_class(options, scenario));
    write(options, answer, band_text(answer));
    return 0;
}

}  // namespace spillway
