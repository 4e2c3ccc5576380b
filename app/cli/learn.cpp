#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/io/output_file.hpp"
#include "app/learn/importers.hpp"
#include "app/learn/learn_report.hpp"
#include "app/learn/learned_text.hpp"
#include "models/catalog/gpus.hpp"
#include "models/learned/learned_file.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::int64_t kMostCount = 100'000'000;

/// Those that say something of an engine.
constexpr std::array<std::string_view, 8> kEngineOptions{
    "llm", "gpu", "gpus", "precision", "engine", "max-sequences", "max-batched-tokens", "kv-blocks"};

const std::vector<OptionSpec>& option_specs() {
    static const std::vector<OptionSpec> kSpecs{
        {"out", "FILE", "where what was learnt goes, for scenarios; - for standard output"},
        {"format", "NAME", "of all files; default: told by each file's content"},
        {"llm", "NAME", "the model that was served; default: as the files name it"},
        {"gpu", "NAME", "what it was served on: of `spillway list gpus`, or of a scenario's own profiles"},
        {"gpus", "N", "that shared the model [1]"},
        {"precision", "NAME", "of its weights: bf16, fp8, nvfp4 or int4"},
        {"engine", "NAME", "by whose rules it batches, as `spillway list engines` has it [vllm]"},
        {"max-sequences", "N", "the engine's own limit of requests at once; default: the engine's usual one"},
        {"max-batched-tokens", "N", "its limit of tokens in an iteration; default: the usual one"},
        {"kv-blocks", "N", "its KV memory; default: as vLLM's metrics have it"},
        {"pool", "NAME", "only requests of this pool, of a request log with several"},
        {"help", "", "this text"},
    };
    return kSpecs;
}

std::string help() {
    std::string text = help_text(
        "learn", "FILE... --out FILE [options]",
        "Learns from what was measured: how long an engine's iterations take, how long workers start, when\n"
        "clients give up. Several result files of one endpoint are several loads: the more they differ, the\n"
        "more can be told. Says how far off the result is where it did not look, how far it holds, and what "
        "the\nfiles cannot tell. docs/learn.md has an example for each tool.",
        option_specs());
    text += "\nFormats:\n";
    for (const ImportFormat& format : import_formats())
        text += fmt::format("  {:<13} {}\n", format.name, format.summary);
    return text;
}

std::optional<std::uint32_t> count_option(const Options& options, std::string_view name,
                                          std::int64_t most = kMostCount) {
    const auto text = options.value(name);
    if (!text)
        return std::nullopt;
    const auto count = parse_integer(*text);
    if (!count || *count < 1 || *count > most) {
        throw InputError(fmt::format("--{}", name), fmt::format("\"{}\" is no count", *text),
                         fmt::format("a whole number from 1 to {}", most));
    }
    return static_cast<std::uint32_t>(*count);
}

EndpointFacts facts_of(const Options& options) {
    EndpointFacts facts;
    facts.llm = options.value("llm").value_or("");
    facts.gpu = options.value("gpu").value_or("");
    facts.gpus = static_cast<int>(count_option(options, "gpus", kMostLearnedGpus).value_or(1));
    if (const auto precision = options.value("precision")) {
        facts.weights = parse_precision(*precision);
        if (!facts.weights)
            throw unknown_name("--precision", "precision", *precision, precision_names());
    }
    facts.scheduler = options.value("engine").value_or(facts.scheduler);
    facts.max_sequences = count_option(options, "max-sequences");
    facts.max_batched_tokens = count_option(options, "max-batched-tokens");
    facts.kv_blocks = count_option(options, "kv-blocks");
    return facts;
}

/// What the options say that nothing can use, or that only a scenario can tell.
void add_notes(const Options& options, const Learned& learned, Observed& observed) {
    if (!learned.engine.fit) {
        std::vector<std::string> unused;
        for (const std::string_view name : kEngineOptions) {
            if (options.value(name))
                unused.push_back(fmt::format("--{}", name));
        }
        if (!unused.empty())
            observed.notes.push_back(
                fmt::format("no engine was learnt, so that nothing uses {}", fmt::join(unused, ", ")));
        return;
    }
    const std::string& gpu = learned.engine.fit->engine.gpu;
    std::vector<std::string_view> known;
    for (const GpuFacts& facts : gpu_catalog()) known.emplace_back(facts.name);
    if (gpu.empty() || std::find(known.begin(), known.end(), gpu) != known.end())
        return;
    const std::string_view near = nearest_name(gpu, known);
    observed.notes.push_back(fmt::format(
        "the catalogue does not know the GPU \"{}\"{}: KV memory takes kv_blocks, or a profile of that name "
        "among the scenario's gpu_profiles",
        gpu, near.empty() ? "" : fmt::format(" (is it \"{}\"?)", near)));
}

}  // namespace

int learn_command(const std::vector<std::string>& arguments) {
    const Options options("spillway learn", option_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help());
        return 0;
    }
    if (options.positional().empty())
        throw InputError("spillway learn", "names no file", "spillway learn RESULT.json... --out FILE");
    const auto out = options.value("out");
    if (!out)
        throw InputError("--out", "is missing", "name the file to write, or - for standard output");
    const EndpointFacts facts = facts_of(options);
    Observed observed =
        import_files(options.positional(), options.value("format"), {{options.value("pool")}});
    const Learned learned{learn_engine(observed, facts), learn_startup(observed.starts),
                          learn_patience(observed.waits)};
    add_notes(options, learned, observed);
    const std::string text = learned_text(observed, learned);
    read_learned_text(text, *out);  // what a scenario would refuse is not kept
    write_output(*out, text);
    if (*out != "-")
        write_output("-", learn_report(observed, learned, *out));
    return 0;
}

}  // namespace spillway
