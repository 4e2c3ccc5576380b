#include <array>
#include <iostream>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/trace_input.hpp"
#include "app/cli/trace_report.hpp"
#include "app/cli/verbs.hpp"
#include "app/io/output_file.hpp"
#include "app/report/format.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "traces/statistics.hpp"
#include "traces/writer.hpp"

namespace spillway {
namespace {

constexpr std::string_view kFormats = "csv, azure-llm, mooncake";

std::vector<OptionSpec> with_input_options(std::vector<OptionSpec> own) {
    own.insert(own.end(), trace_input_options().begin(), trace_input_options().end());
    own.push_back({"help", "", "this text"});
    return own;
}

const std::vector<OptionSpec>& service_options() {
    static const std::vector<OptionSpec> kSpecs{
        {"seconds", "0.2s", "a request is in service this long,"},
        {"seconds-per-input-token", "0.4ms", "plus this for each input token,"},
        {"seconds-per-output-token", "20ms",
         "plus this for each output token; a measured time of the trace goes before"},
        {"requests-per-gpu", "N", "so many are in service on one GPU at once (1)"},
    };
    return kSpecs;
}

std::vector<OptionSpec> inspect_options() {
    std::vector<OptionSpec> specs{
        {"json", "FILE", "the figures as JSON; - for standard output in place of the text"}};
    specs.insert(specs.end(), service_options().begin(), service_options().end());
    return with_input_options(std::move(specs));
}

double seconds_of(const Options& options, std::string_view name) {
    const auto text = options.value(name);
    if (!text)
        return 0;
    const auto duration = parse_duration(*text);
    if (!duration || *duration < Duration::zero()) {
        throw InputError(fmt::format("--{}", name),
                         fmt::format("\"{}\" is not a duration of 0 or more", *text),
                         "write its unit, as in 20ms");
    }
    return to_seconds(*duration);
}

std::optional<ServiceAssumption> service_of(const Options& options) {
    const bool timed = options.has("seconds") || options.has("seconds-per-input-token") ||
                       options.has("seconds-per-output-token");
    if (!timed) {
        if (options.has("requests-per-gpu")) {
            throw InputError("--requests-per-gpu", "needs a time in service",
                             "--seconds 0.2s; measured times of the trace go before it");
        }
        return std::nullopt;
    }
    ServiceAssumption service{seconds_of(options, "seconds"), seconds_of(options, "seconds-per-input-token"),
                              seconds_of(options, "seconds-per-output-token"), 1};
    if (const auto text = options.value("requests-per-gpu")) {
        const auto count = parse_integer(*text);
        if (!count || *count < 1 || *count > 1'000'000) {
            throw InputError("--requests-per-gpu",
                             fmt::format("\"{}\" is not a number from 1 to a million", *text));
        }
        service.requests_per_gpu = static_cast<std::uint32_t>(*count);
    }
    return service;
}

int inspect(const std::string& file, const Options& options) {
    const StatisticsOptions wanted{service_of(options), StatisticsOptions{}.most_chart_bins};
    const std::unique_ptr<TraceInput> input = open_trace(file, options);
    const TrafficStatistics statistics = collect_statistics(*input->source, wanted);
    if (const auto name = options.value("json"))
        write_output(*name, trace_json(file, *input, statistics));
    if (options.value("json") != "-")
        write_output("-", trace_text(file, *input, statistics));
    return 0;
}

void write(const std::string& file, TraceFormat format, const Options& options) {
    const auto name = options.value("output");
    if (!name)
        throw InputError("--output", "is missing", "name the file to write, or - for standard output");
    const std::unique_ptr<TraceInput> input = open_trace(file, options);
    OutputFile out(*name);
    const std::uint64_t requests =
        write_trace(*input->source, {format, input->wall_clock, service_of(options)}, out.stream());
    if (requests == 0)
        throw InputError(file, "has no requests", "nothing was written");
    out.keep();
    if (*name == "-")
        return;
    write_output("-", fmt::format("{}: {}\n", *name, show_counted(requests, "request")));
}

TraceFormat format_of(const std::string& name) {
    if (const auto format = parse_trace_format(name))
        return *format;
    throw InputError("--to", fmt::format("\"{}\" is not a format that can be written", name),
                     std::string(kFormats));
}

int generate(const std::string& file, const Options& options) {
    write(file, format_of(options.value("to").value_or("csv")), options);
    return 0;
}

int convert(const std::string& file, const Options& options) {
    const auto format = options.value("to");
    if (!format)
        throw InputError("--to", "is missing", fmt::format("name a format: {}", kFormats));
    write(file, format_of(*format), options);
    return 0;
}

std::vector<OptionSpec> write_options() {
    std::vector<OptionSpec> specs{{"to", "FORMAT", kFormats},
                                  {"output", "FILE", "where to write; - for standard output"}};
    specs.insert(specs.end(), service_options().begin(), service_options().end());
    return with_input_options(std::move(specs));
}

constexpr std::array kVerbs{
    Verb{"inspect", "FILE|SOURCE.json|SCENARIO.json [options]",
         "Prints what a traffic looks like: rate, burstiness, gaps, tokens, time stamps, demand for GPUs.",
         inspect_options, inspect},
    Verb{"generate", "SOURCE.json|SCENARIO.json --output FILE [options]",
         "Writes the requests of a source, or of a scenario's traffic, as a trace (csv unless --to says "
         "otherwise).\n"
         "Clients that wait for answers get them after the time in service.",
         write_options, generate},
    Verb{"convert", "FILE --to FORMAT --output FILE [options]",
         "Writes a trace in another format; times count from 0.", write_options, convert},
};

}  // namespace

int trace_command(const std::vector<std::string>& arguments) {
    return run_verb({"trace", "file", kVerbs}, arguments);
}

}  // namespace spillway
