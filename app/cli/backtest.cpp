#include <fmt/format.h>

#include "app/backtest/back_test.hpp"
#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/replication_options.hpp"
#include "app/cli/study_options.hpp"
#include "app/cli/trace_input.hpp"
#include "app/io/output_file.hpp"
#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "traces/line_reader.hpp"

namespace spillway {
namespace {

constexpr std::string_view kBackTestUsage = "SCENARIO.json --trace LOG [--bill BILL.csv] [options]";
constexpr std::string_view kBackTestSummary =
    "Replays what happened against the scenario's fleet, and holds the prediction against what was billed "
    "and\n"
    "measured, line by line (docs/backtest.md). Exit code 1 where a --tolerance does not hold.";

const std::vector<OptionSpec>& backtest_specs() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"trace", "LOG", "the requests: of `spillway run --requests`, a request log, or a trace"},
         {"bill", "BILL.csv", "what was charged for them: description, amount, and usage with its unit"},
         {"lines", "'GLOB=LINE'",
          "where a line of the bill belongs, or a JSON file of such pairs; may be given several times", '\0',
          true},
         {"from", "TIME", "what is replayed begins here: 2026-07-01T00:00, or 90m after the log's beginning"},
         {"to", "TIME", "and ends before this"},
         {"period", "720h", "how long the bill is of (what is replayed, or the bill's dates)"},
         {"scale", "", "let what is replayed stand for a bill of another length"},
         {"settle", "10m",
          "requests of the first so much are in no percentile (the warm-up, a 20th at most)"},
         {"replications", "N", "replays with other draws (20)"},
         {"vary", "WHAT", "what they draw anew: luck,model (both without it)"},
         {"metrics", "A,B...", "figures of the requests that are compared (those that the log tells)"},
         {"tolerance", "5%",
          "how far off the bill may be, or with a name a metric: 'p95 total=10%'; may be given several times",
          '\0', true},
         {"markdown", "FILE", "the report as Markdown"},
         {"csv", "FILE", "one row a line and a metric"},
         {"json", "FILE", "all of it as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

std::optional<Duration> positive_duration(const Options& options, const std::string& name) {
    const auto text = options.value(name);
    if (!text)
        return std::nullopt;
    const auto duration = parse_duration(*text);
    if (!duration || *duration < Duration{0} || (*duration == Duration{0} && name != "settle"))
        throw InputError("--" + name, fmt::format("\"{}\" is no duration", *text), "write 720h or 10m");
    return duration;
}

WindowWishes read_window_wishes(const Options& options) {
    WindowWishes wishes;
    wishes.from = options.value("from");
    wishes.to = options.value("to");
    wishes.period = positive_duration(options, "period");
    wishes.settle = positive_duration(options, "settle");
    wishes.scale = options.has("scale");
    return wishes;
}

BackTestRules read_back_test_rules(const Options& options) {
    BackTestRules rules;
    const bool bill = options.has("bill");
    for (const char* name : {"lines", "period", "scale"}) {
        if (!bill && options.has(name))
            throw InputError(fmt::format("--{}", name), "is about the bill, and there is none",
                             "--bill BILL.csv");
    }
    rules.replications = count_option(options, "replications", rules.replications);
    if (const auto vary = options.value("vary")) {
        rules.vary = parse_vary(*vary, "--vary");
        if (rules.vary.traffic)
            throw InputError("--vary", "names the traffic, and that is what happened", "luck,model");
    }
    if (options.has("metrics"))
        rules.metrics = metrics_option(options);
    for (const std::string& text : options.values("lines")) {
        const std::vector<LineMapping> some = parse_line_mapping(text, "--lines");
        rules.mappings.insert(rules.mappings.end(), some.begin(), some.end());
    }
    rules.tolerances = options.values("tolerance");
    rules.window = read_window_wishes(options);
    return rules;
}

/// A log with what was measured, or a trace without.
ServedLog read_any_log(const std::string& file) {
    std::string first_line;
    {
        LineReader lines(file, file);
        const auto line = lines.next();
        if (!line)
            throw InputError(file, "is empty", "a log has a line of column names and one for each request");
        first_line = *line;
    }
    ServedLog log;
    if (is_served_log(first_line)) {
        log = read_served_log(file);
    } else if (const auto reader = guess_reader(first_line)) {
        log = read_trace_as_log(file, std::string(*reader));
    } else {
        throw InputError(
            file + ":1",
            fmt::format("does not tell what kind of log it is: \"{}\"", first_line.substr(0, 80)),
            "a request log has the columns sent_s, done_s, input_tokens, output_tokens "
            "(docs/backtest.md)");
    }
    fill_unknown_answers(log);
    return log;
}

void write_back_test(const Options& options, const BackTest& result) {
    const auto json = options.value("json");
    const auto csv = options.value("csv");
    const auto markdown = options.value("markdown");
    if (json)
        write_output(*json, back_test_json(result));
    if (csv)
        write_output(*csv, back_test_csv(result));
    if (markdown)
        write_output(*markdown, back_test_markdown(result));
    if (json != "-" && csv != "-" && markdown != "-")
        write_output("-", back_test_text(result));
}

}  // namespace

int backtest_command(const std::vector<std::string>& arguments) {
    const Options options("spillway backtest", backtest_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway backtest", kBackTestUsage, kBackTestSummary, backtest_specs()));
        return 0;
    }
    refuse_shared_standard_output(options, {"markdown", "csv", "json"});
    if (options.positional().size() != 1)
        throw InputError("spillway backtest", "takes one scenario",
                         "spillway backtest SCENARIO.json --trace LOG --bill BILL.csv");
    const BackTestRules rules = read_back_test_rules(options);
    const std::string trace = options.required("trace", "the log of what was served");
    const ScenarioFile file = ScenarioFile::load(options.positional().front(), additions(options));
    const ServedLog log = read_any_log(trace);
    BackTest result;
    within_threads(thread_count(options),
                   [&] { result = back_test(file, log, options.value("bill"), rules); });
    write_back_test(options, result);
    return result.within_tolerance() ? 0 : 1;
}

}  // namespace spillway
