#include "app/cli/trace_input.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/io/json_file.hpp"
#include "app/scenario/assemble.hpp"
#include "app/scenario/scenario.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "traces/line_reader.hpp"

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefaultStart = "2026-01-05T00:00";  // a Monday, as in scenarios

/// What the command line says over what a file says.
struct Overrides {
    std::optional<std::uint64_t> seed;
    std::optional<std::int64_t> start;
    std::optional<Duration> horizon;
};

Overrides read_overrides(const Options& options) {
    Overrides result;
    if (const auto text = options.value("seed")) {
        const auto seed = parse_integer(*text);
        if (!seed || *seed < 0)
            throw InputError("--seed", fmt::format("\"{}\" is not a whole number of 0 or more", *text));
        result.seed = static_cast<std::uint64_t>(*seed);
    }
    if (const auto text = options.value("start")) {
        result.start = parse_wall_clock(*text);
        if (!result.start) {
            throw InputError("--start", fmt::format("\"{}\" is not a wall-clock time", *text),
                             "write 2026-03-02T08:00");
        }
    }
    if (const auto text = options.value("horizon")) {
        result.horizon = parse_duration(*text);
        if (!result.horizon || *result.horizon <= Duration::zero()) {
            throw InputError("--horizon", fmt::format("\"{}\" is not a duration above 0", *text),
                             "write it as 24h");
        }
    }
    return result;
}

/// Sources that are one trace file: they require a "file".
std::vector<std::string_view> file_readers() {
    std::vector<std::string_view> names;
    for (const auto& entry : source_registry()) {
        const bool reads_a_file =
            std::any_of(entry.params.begin(), entry.params.end(), [](const ParamSpec& param) {
                return param.name == "file" && param.presence == Presence::kRequired;
            });
        if (reads_a_file)
            names.push_back(entry.name);
    }
    return names;
}

std::string reader_of(const std::string& file, const Options& options) {
    const std::vector<std::string_view> readers = file_readers();
    if (const auto named = options.value("reader")) {
        if (std::find(readers.begin(), readers.end(), *named) == readers.end()) {
            throw unknown_name("--reader", "reader", *named, readers);
        }
        return *named;
    }
    LineReader lines(file, file);
    const auto first = lines.next();
    if (!first)
        throw InputError(file, "is empty", "a trace has a request a line");
    if (const auto guess = guess_reader(*first))
        return std::string(*guess);
    throw InputError(
        file + ":1", fmt::format("does not tell what kind of trace it is: \"{}\"", first->substr(0, 80)),
        fmt::format("name it with --reader ({}); for a CSV with column names of its own write a source as "
                    "JSON, {{\"source\": \"csv\", \"file\": ..., \"time_column\": ...}}, and name that file",
                    fmt::join(readers, ", ")));
}

void open_source(const ConfigNode& node, const fs::path& folder, const Overrides& overrides,
                 TraceInput& input) {
    input.wall_clock = overrides.start.value_or(parse_wall_clock(kDefaultStart).value());
    std::optional<SimTime> end;
    if (overrides.horizon)
        end = SimTime{} + *overrides.horizon;
    const SourceContext context{{overrides.seed.value_or(1), 0},
                                {},
                                SimTime{},
                                end,
                                input.wall_clock,
                                folder,
                                input.entities,
                                input.reads};
    input.source = make_source(node, context);
}

void open_scenario(const ConfigNode& node, const fs::path& folder, const Overrides& overrides,
                   TraceInput& input) {
    Scenario scenario = read_scenario(node, folder);
    if (overrides.seed)
        scenario.draws.traffic.seed = *overrides.seed;
    if (overrides.start)
        scenario.wall_clock = *overrides.start;
    if (overrides.horizon)
        scenario.horizon = *overrides.horizon;
    input.wall_clock = scenario.wall_clock;
    input.source = assemble_traffic(scenario, input.entities, input.reads);
}

void open_json(const std::string& file, const Options& options, const Overrides& overrides,
               TraceInput& input) {
    for (const std::string_view option : {"reader", "skip-bad-rows"}) {
        if (options.has(option))
            throw InputError("--" + std::string(option), "is for trace files", file + " says it itself");
    }
    const ConfigNode node = read_config_file(file);
    const fs::path folder =
        options.value("folder") ? fs::path(*options.value("folder")) : fs::path(file).parent_path();
    if (node.find("traffic") != nullptr)
        return open_scenario(node, folder, overrides, input);
    if (node.find("source") != nullptr)
        return open_source(node, folder, overrides, input);
    throw InputError(file, "is neither a source nor a scenario",
                     "it has \"source\", or \"traffic\" and \"pools\"");
}

void open_file(const std::string& file, const Options& options, const Overrides& overrides,
               TraceInput& input) {
    if (options.has("folder"))
        throw InputError("--folder", "is for the file names in a .json", file + " is a file itself");
    input.reader = reader_of(file, options);
    std::vector<ConfigNode::Member> members{{"source", ConfigNode::text(file, input.reader)},
                                            {"file", ConfigNode::text(file, file)}};
    if (options.has("skip-bad-rows"))
        members.emplace_back("skip_bad_rows", ConfigNode::flag(file, true));
    open_source(ConfigNode::object(file, std::move(members)), {}, overrides, input);
}

}  // namespace

const std::vector<OptionSpec>& trace_input_options() {
    static const std::vector<OptionSpec> kSpecs{
        {"reader", "NAME", "what kind of trace FILE is; left out, its first line tells"},
        {"skip-bad-rows", "", "leave out rows that cannot be read, and count them"},
        {"folder", "DIR", "relative file names in a .json start here, not where it is"},
        {"seed", "N", "seed of a generator (1, or the scenario's)"},
        {"start", "TIME", "wall clock at time 0 (2026-01-05T00:00, or the scenario's)"},
        {"horizon", "24h", "end of the traffic (its own, or the scenario's)"},
    };
    return kSpecs;
}

std::unique_ptr<TraceInput> open_trace(const std::string& file, const Options& options) {
    const Overrides overrides = read_overrides(options);
    auto input = std::make_unique<TraceInput>();
    if (fs::path(file).extension() == ".json" && !options.has("reader")) {
        open_json(file, options, overrides, *input);
    } else {
        open_file(file, options, overrides, *input);
    }
    return input;
}

std::optional<std::string_view> guess_reader(std::string_view first_line) {
    struct Mark {
        std::string_view text;
        std::string_view reader;
    };
    constexpr std::array kMarks{
        Mark{"TIMESTAMP,ContextTokens,GeneratedTokens", "azure-llm"},
        Mark{"{\"timestamp\"", "mooncake"},
        Mark{"Timestamp,Model,", "burstgpt"},
        Mark{"Timestamp,Session ID,", "burstgpt"},
        Mark{"HashOwner,HashApp,HashFunction,", "azure-functions"},
        Mark{"fn,app,owner,trigger,", "azure-functions"},
    };
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (first_line.starts_with(kByteOrderMark))
        first_line.remove_prefix(kByteOrderMark.size());
    for (const Mark& mark : kMarks) {
        if (first_line.starts_with(mark.text))
            return mark.reader;
    }
    const bool ours = first_line == "t_s" || first_line.starts_with("t_s,") ||
                      first_line.find(",t_s,") != std::string_view::npos || first_line.ends_with(",t_s");
    if (ours)
        return "csv";
    return std::nullopt;
}

}  // namespace spillway
