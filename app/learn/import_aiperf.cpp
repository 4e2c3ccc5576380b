#include <sstream>

#include <fmt/format.h>

#include "app/learn/importers.hpp"
#include "app/learn/mean_run.hpp"
#include "app/learn/perf_summary.hpp"
#include "app/learn/result_json.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kNanoseconds = 1e-9;

bool is_by_request(const ImportFile& file) {
    return file.text.find("\"request_start_ns\"") != std::string::npos;
}

double metric(const ConfigNode& metrics, std::string_view name, std::string_view other) {
    for (const std::string_view each : {name, other}) {
        if (const ConfigNode* figure = find_path(metrics, {each}))
            return need_amount(*figure, {"value", "avg"}, "tokens");
    }
    throw InputError(metrics.where(), fmt::format("lacks \"{}\"", name), "tokens of a request");
}

double metric_seconds(const ConfigNode& metrics, std::string_view name) {
    if (const auto seconds = find_seconds(metrics, name))
        return *seconds;
    throw InputError(metrics.where(), fmt::format("lacks \"{}\"", name), "it is measured with --streaming");
}

/// Empty for a request that failed, was cancelled or belongs to the warm-up.
std::optional<ObservedRequest> request_of(const ConfigNode& record) {
    const ConfigNode* metadata = find_path(record, {"metadata"});
    const ConfigNode* metrics = find_path(record, {"metrics"});
    if (metadata == nullptr || metrics == nullptr)
        throw InputError(record.where(), "is no record of AIPerf", "each has \"metadata\" and \"metrics\"");
    const ConfigNode* cancelled = find_path(*metadata, {"was_cancelled"});
    const bool warm_up = find_words(*metadata, {"benchmark_phase"}) == "warmup";
    if (find_path(record, {"error"}) != nullptr || warm_up || (cancelled != nullptr && cancelled->as_flag()))
        return std::nullopt;
    ObservedRequest request = timed_request(
        record.where(), metric(*metrics, "input_sequence_length", "input_token_count"),
        metric(*metrics, "output_sequence_length", "output_token_count"),
        metric_seconds(*metrics, "time_to_first_token"), metric_seconds(*metrics, "request_latency"));
    request.at = need_amount(*metadata, {"request_start_ns"}, "when it was sent") * kNanoseconds;
    return request;
}

ObservedRun run_of(const ImportFile& file) {
    ObservedRun run;
    run.where = file.shown;
    run.each_timed = true;
    std::istringstream lines(file.text);
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        const std::string where = fmt::format("{}:{}", file.shown, number);
        try {
            if (const auto request = request_of(parse_result_json(line, where)))
                run.requests.push_back(*request);
        } catch (const InputError& error) {
            // The parser counts lines of its own text, which is one.
            if (error.where() != where + ":1")
                throw;
            throw InputError(where, error.problem(), error.hint());
        }
    }
    if (run.requests.empty())
        throw InputError(file.shown, "has no request that was answered");
    begin_at_zero(run.requests, run.where);
    return run;
}

}  // namespace

bool is_aiperf(const ImportFile& file) {
    return is_by_request(file) || file.text.find("\"loadgen\"") != std::string::npos ||
           file.text.find("\"aiperf_version\"") != std::string::npos;
}

void read_aiperf(const std::vector<ImportFile>& files, const ImportWishes& /*wishes*/, Observed& observed) {
    for (const ImportFile& file : files) {
        ObservedSource source{file.name(), "aiperf", "", "", ""};
        if (is_by_request(file)) {
            observed.runs.push_back(run_of(file));
        } else {
            const ConfigNode summary = parse_result_json(file.text, file.shown);
            observed.runs.push_back(mean_run(summary_figures(summary)));
            source.tool = find_words(summary, {"aiperf_version"});
            source.date = find_words(summary, {"start_time"});
            source.model = summary_model(summary);
        }
        observed.sources.push_back(std::move(source));
    }
}

}  // namespace spillway
