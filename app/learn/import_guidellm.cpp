#include <fmt/format.h>

#include "app/learn/importers.hpp"
#include "app/learn/mean_run.hpp"
#include "app/learn/result_json.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// Versions keep it at different places.
const ConfigNode* strategy_of(const ConfigNode& benchmark) {
    for (const char* owner : {"args", "config", "scheduler"}) {
        if (const ConfigNode* strategy = find_path(benchmark, {owner, "strategy"}))
            return strategy;
    }
    return find_path(benchmark, {"strategy"});
}

void read_load(const ConfigNode& benchmark, MeanFigures& figures) {
    const ConfigNode* strategy = strategy_of(benchmark);
    if (strategy == nullptr)
        throw InputError(benchmark.where(), "has no strategy", "args.strategy says under which load it ran");
    const std::string type = find_words(*strategy, {"type_", "type", "strategy_type"});
    if (type == "synchronous") {
        figures.clients = 1;
    } else if (type == "constant" || type == "poisson" || type == "async") {
        figures.load = LoadKind::kRate;
        figures.rate = need_amount(*strategy, {"rate", "requests_per_second"}, "requests a second");
    } else {
        figures.clients = need_amount(*strategy, {"streams", "max_concurrency", "concurrency"},
                                      fmt::format("streams of the strategy \"{}\"", type));
    }
}

double latency_of(const ConfigNode& request) {
    if (const auto latency = find_amount(request, {"request_latency", "latency"}))
        return *latency;
    const double begin = need_amount(request, {"request_start_time", "start_time"}, "when it was sent");
    return need_amount(request, {"request_end_time", "end_time"}, "when it ended") - begin;
}

/// When it was sent, by the clock of the load generator.
std::optional<double> sent_at(const ConfigNode& request) {
    if (const auto begin = find_amount(request, {"request_start_time", "start_time"}))
        return begin;
    for (const char* owner : {"info", "scheduler_info"}) {
        if (const ConfigNode* timings = find_path(request, {owner, "timings"}))
            return find_amount(*timings, {"request_start", "request_start_time"});
    }
    return std::nullopt;
}

ObservedRequest request_of(const ConfigNode& request) {
    const double input = need_amount(request, {"prompt_tokens", "input_tokens"}, "tokens of the prompt");
    const double output =
        need_amount(request, {"output_tokens", "completion_tokens"}, "tokens of the answer");
    const double first =
        need_amount(request, {"time_to_first_token_ms"}, "GuideLLM measures it with streaming answers");
    ObservedRequest timed = timed_request(request.where(), input, output, first / 1e3, latency_of(request));
    timed.at = sent_at(request);
    return timed;
}

const ConfigNode& successful_of(const ConfigNode& benchmark) {
    const ConfigNode* requests = find_path(benchmark, {"requests", "successful"});
    if (requests == nullptr)
        requests = find_path(benchmark, {"requests", "completed"});
    if (requests != nullptr && requests->kind() == ConfigNode::Kind::kList && !requests->items().empty())
        return *requests;
    throw InputError(benchmark.where(), "has no successful request",
                     "GuideLLM keeps its requests in benchmarks.json, not in the .csv or .html");
}

/// Means over what is there, for runs of which the file keeps a sample alone.
MeanFigures means_of(const ConfigNode& benchmark, const std::vector<ObservedRequest>& requests) {
    MeanFigures figures;
    figures.where = benchmark.where();
    double with_tokens = 0;
    for (const ObservedRequest& request : requests) {
        figures.ttft += request.ttft;
        figures.input += request.input;
        figures.output += request.output;
        if (request.output > 1) {
            figures.tpot += (request.total - request.ttft) / (request.output - 1);
            ++with_tokens;
        }
    }
    figures.completed = static_cast<double>(requests.size());
    for (double* sum : {&figures.ttft, &figures.input, &figures.output}) *sum /= figures.completed;
    if (with_tokens > 0)
        figures.tpot /= with_tokens;
    return figures;
}

ObservedRun run_of(const ConfigNode& benchmark) {
    std::vector<ObservedRequest> requests;
    bool recorded = true;
    for (const ConfigNode& request : successful_of(benchmark).items()) {
        requests.push_back(request_of(request));
        recorded = recorded && requests.back().at.has_value();
    }
    MeanFigures figures = means_of(benchmark, requests);
    const ConfigNode* totals = find_path(benchmark, {"metrics", "request_totals"});
    const double served = totals == nullptr ? 0 : find_amount(*totals, {"successful"}).value_or(0);
    const bool whole = served <= figures.completed;
    if (recorded && whole) {
        begin_at_zero(requests, figures.where);
        figures.clients = 1;  // the requests' own times say the load
        ObservedRun run = mean_run(figures, std::move(requests));
        run.load = LoadKind::kRecorded;
        run.each_timed = true;
        return run;
    }
    read_load(benchmark, figures);
    ObservedRun run = mean_run(figures, std::move(requests));
    run.each_timed = whole;
    return run;
}

std::string model_of(const ConfigNode& benchmark) {
    for (const char* owner : {"args", "config", "worker", "backend"}) {
        const ConfigNode* place = find_path(benchmark, {owner});
        if (place == nullptr || place->kind() != ConfigNode::Kind::kObject)
            continue;
        std::string model = find_words(*place, {"model", "backend_model", "target_model"});
        if (!model.empty())
            return model;
    }
    return {};
}

}  // namespace

bool is_guidellm(const ImportFile& file) { return file.text.find("\"benchmarks\"") != std::string::npos; }

void read_guidellm(const std::vector<ImportFile>& files, const ImportWishes& /*wishes*/, Observed& observed) {
    for (const ImportFile& file : files) {
        const ConfigNode result = parse_result_json(file.text, file.shown);
        const ConfigNode* benchmarks = find_path(result, {"benchmarks"});
        if (benchmarks == nullptr || benchmarks->items().empty())
            throw InputError(file.shown, "has no benchmark in \"benchmarks\"");
        for (const ConfigNode& benchmark : benchmarks->items()) observed.runs.push_back(run_of(benchmark));
        const ConfigNode* metadata = find_path(result, {"metadata"});
        const std::string version =
            metadata == nullptr ? std::string{} : find_words(*metadata, {"guidellm_version", "version"});
        observed.sources.push_back({file.name(), "guidellm", version.empty() ? "" : "guidellm " + version, "",
                                    model_of(benchmarks->items().front())});
    }
}

}  // namespace spillway
