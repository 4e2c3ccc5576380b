#include <cmath>
#include <map>

#include <fmt/format.h>

#include "app/learn/importers.hpp"
#include "app/learn/mean_run.hpp"
#include "app/learn/perf_summary.hpp"
#include "app/learn/result_json.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kNanoseconds = 1e-9;

/// Times of answers' chunks; tokens are in the summary alone.
bool has_chunks(const ConfigNode& file) { return find_path(file, {"experiments"}) != nullptr; }

/// "concurrency 8", as a profile and its summary have it in common.
std::string load_name(LoadKind load, double clients, double rate) {
    return load == LoadKind::kRate ? fmt::format("request_rate {:.6g}", rate)
                                   : fmt::format("concurrency {:.6g}", clients);
}

std::string load_of(const ConfigNode& experiment) {
    const ConfigNode* load = find_path(experiment, {"experiment"});
    if (load == nullptr)
        throw InputError(experiment.where(), "lacks \"experiment\"", "its mode and value say the load");
    return fmt::format("{} {:.6g}", find_words(*load, {"mode"}), need_amount(*load, {"value"}, "the load"));
}

/// A request's chunks stand for its tokens: a chunk may hold several, so that their mean is scaled to the
/// summary's.
ObservedRequest request_of(const ConfigNode& request, const MeanFigures& means, double tokens_each) {
    const double sent = need_amount(request, {"timestamp"}, "nanoseconds");
    const auto answers = find_path(request, {"response_timestamps"})->items();
    ObservedRequest timed = timed_request(
        request.where(), means.input, std::max(1.0, answers[2].as_number() * tokens_each),
        (answers[0].as_number() - sent) * kNanoseconds, (answers[1].as_number() - sent) * kNanoseconds);
    timed.at = sent * kNanoseconds;
    return timed;
}

std::vector<const ConfigNode*> answered(const ConfigNode& experiment) {
    const ConfigNode* requests = find_path(experiment, {"requests"});
    std::vector<const ConfigNode*> found;
    if (requests != nullptr) {
        for (const ConfigNode& request : requests->items()) {
            const ConfigNode* answers = find_path(request, {"response_timestamps"});
            if (answers != nullptr && !answers->items().empty())
                found.push_back(&request);
        }
    }
    if (found.empty())
        throw InputError(experiment.where(), "has no request that was answered");
    return found;
}

ObservedRun run_of(const ConfigNode& experiment, const MeanFigures& means) {
    const std::vector<const ConfigNode*> requests = answered(experiment);
    double chunks = 0;
    for (const ConfigNode* request : requests)
        chunks += find_path(*request, {"response_timestamps"})->items()[2].as_number();
    const double tokens_each = means.output / (chunks / static_cast<double>(requests.size()));
    ObservedRun run = mean_run(means);
    run.where = experiment.where();
    run.load = LoadKind::kRecorded;
    run.each_timed = true;
    run.requests.clear();
    for (const ConfigNode* request : requests)
        run.requests.push_back(request_of(*request, means, tokens_each));
    begin_at_zero(run.requests, run.where);
    return run;
}

}  // namespace

bool is_genai_perf(const ImportFile& file) {
    return file.text.find("\"response_timestamps\"") != std::string::npos ||
           (file.text.find("\"time_to_first_token\"") != std::string::npos &&
            file.text.find("\"input_config\"") != std::string::npos);
}

void read_genai_perf(const std::vector<ImportFile>& files, const ImportWishes& /*wishes*/,
                     Observed& observed) {
    std::vector<ConfigNode> results;
    std::map<std::string, MeanFigures> summaries;
    for (const ImportFile& file : files) {
        results.push_back(parse_result_json(file.text, file.shown));
        std::string model;
        if (!has_chunks(results.back())) {
            const MeanFigures means = summary_figures(results.back());
            summaries.emplace(load_name(means.load, means.clients, means.rate), means);
            model = summary_model(results.back());
        }
        observed.sources.push_back(
            {file.name(), "genai-perf", find_words(results.back(), {"version"}), "", model});
    }
    for (const ConfigNode& result : results) {
        if (!has_chunks(result))
            continue;
        for (const ConfigNode& experiment : find_path(result, {"experiments"})->items()) {
            const auto summary = summaries.find(load_of(experiment));
            if (summary == summaries.end()) {
                throw InputError(
                    experiment.where(), "does not say how many tokens prompts and answers had",
                    fmt::format("name the summary of \"{}\" too (profile_export_genai_perf.json)",
                                load_of(experiment)));
            }
            observed.runs.push_back(run_of(experiment, summary->second));
            summaries.erase(summary);
        }
    }
    for (const auto& [load, means] : summaries) observed.runs.push_back(mean_run(means));
}

}  // namespace spillway
