#include <fmt/format.h>

#include "app/learn/importers.hpp"
#include "app/learn/mean_run.hpp"
#include "app/learn/result_json.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

const std::string kDetailed = "with `vllm bench serve --save-result --save-detailed` each request is there";

/// "inf" or a number.
double rate_of(const ConfigNode& file) {
    const ConfigNode* rate = find_path(file, {"request_rate"});
    if (rate == nullptr || (rate->kind() == ConfigNode::Kind::kText && rate->as_text() == "inf"))
        return 0;
    return *find_amount(file, {"request_rate"});
}

/// A rate, or clients; without either, all requests at once.
void read_load(const ConfigNode& file, MeanFigures& figures) {
    figures.rate = rate_of(file);
    figures.clients = find_amount(file, {"max_concurrency"}).value_or(0);
    figures.load = figures.rate > 0 ? LoadKind::kRate : LoadKind::kClients;
    if (figures.rate == 0 && figures.clients == 0)
        figures.clients = need_amount(file, {"num_prompts"}, "how many requests were sent");
}

MeanFigures figures_of(const ConfigNode& file, const std::string& where) {
    MeanFigures figures;
    figures.where = where;
    figures.completed = need_amount(file, {"completed"}, kDetailed);
    if (figures.completed < 1)
        throw InputError(where, "completed is 0: no request was served", "what did the server say?");
    read_load(file, figures);
    figures.input = need_amount(file, {"total_input_tokens"}, kDetailed) / figures.completed;
    figures.output =
        need_amount(file, {"total_output_tokens", "total_output"}, kDetailed) / figures.completed;
    const std::string streaming = "it is there where answers were streamed";
    figures.ttft = need_amount(file, {"mean_ttft_ms"}, streaming) / 1e3;
    figures.tpot = need_amount(file, {"mean_tpot_ms"}, streaming) / 1e3;
    return figures;
}

/// A list with an item for each request; null where it is not there.
const ConfigNode* list_of(const ConfigNode& file, std::string_view name, std::size_t count) {
    const ConfigNode* list = find_path(file, {name});
    if (list == nullptr || list->items().empty())
        return nullptr;
    if (list->items().size() != count)
        throw InputError(list->where(),
                         fmt::format("has {} items, and input_lens {}", list->items().size(), count));
    return list;
}

/// The requests of a detailed file; without times where it has lengths alone. Those that failed have no
/// answer.
std::vector<ObservedRequest> requests_of(const ConfigNode& file) {
    std::vector<ObservedRequest> requests;
    const ConfigNode* inputs = find_path(file, {"input_lens"});
    if (inputs == nullptr || inputs->items().empty())
        return requests;
    const std::size_t count = inputs->items().size();
    const ConfigNode* outputs = list_of(file, "output_lens", count);
    const ConfigNode* firsts = list_of(file, "ttfts", count);
    const ConfigNode* gaps = list_of(file, "itls", count);
    const ConfigNode* starts = list_of(file, "start_times", count);
    if (outputs == nullptr)
        throw InputError(file.where(), "has input_lens and no output_lens", kDetailed);
    for (std::size_t i = 0; i < count; ++i) {
        const double output = outputs->items()[i].as_number();
        if (output < 1)
            continue;
        const double input = inputs->items()[i].as_number();
        ObservedRequest request = sized_request(inputs->items()[i].where(), input, output);
        if (firsts != nullptr && gaps != nullptr) {
            const double first = firsts->items()[i].as_number();
            request = timed_request(firsts->items()[i].where(), input, output, first,
                                    first + gaps->items()[i].as_number());
            if (starts != nullptr)
                request.at = starts->items()[i].as_number();
        }
        requests.push_back(request);
    }
    return requests;
}

ObservedRun run_of(const ConfigNode& file, const std::string& where) {
    const MeanFigures figures = figures_of(file, where);
    std::vector<ObservedRequest> requests = requests_of(file);
    if (requests.empty())
        return mean_run(figures);
    const bool timed = requests.front().ttft > 0;
    const bool recorded = requests.front().at.has_value();
    ObservedRun run = mean_run(figures, std::move(requests));
    run.each_timed = timed;
    if (recorded) {
        run.load = LoadKind::kRecorded;
        begin_at_zero(run.requests, where);
    }
    return run;
}

void add_notes(const ConfigNode& file, const std::string& name, Observed& observed) {
    const double sent = find_amount(file, {"num_prompts"}).value_or(0);
    const double completed = find_amount(file, {"completed"}).value_or(0);
    if (completed < sent)
        observed.notes.push_back(fmt::format("{}: {} of {} requests failed", name, sent - completed, sent));
    if (rate_of(file) > 0 && find_amount(file, {"burstiness"}).value_or(1) != 1)
        observed.notes.push_back(
            fmt::format("{}: its arrivals were not Poisson (burstiness), and are replayed as Poisson", name));
}

}  // namespace

bool is_vllm_bench(const ImportFile& file) {
    const auto has = [&file](const char* name) { return file.text.find(name) != std::string::npos; };
    return has("\"num_prompts\"") && (has("\"model_id\"") || has("\"mean_ttft_ms\""));
}

void read_vllm_bench(const std::vector<ImportFile>& files, const ImportWishes& /*wishes*/,
                     Observed& observed) {
    for (const ImportFile& file : files) {
        const ConfigNode result = parse_result_json(file.text, file.shown);
        observed.runs.push_back(run_of(result, file.shown));
        add_notes(result, file.name(), observed);
        observed.sources.push_back({file.name(), "vllm-bench",
                                    find_words(result, {"backend", "endpoint_type"}),
                                    find_words(result, {"date"}), find_words(result, {"model_id"})});
    }
}

}  // namespace spillway
