#include "app/learn/perf_summary.hpp"

#include "app/learn/result_json.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

double need_seconds(const ConfigNode& summary, std::string_view name) {
    if (const auto seconds = find_seconds(summary, name))
        return *seconds;
    throw InputError(summary.where(), "lacks \"" + std::string(name) + "\"",
                     "it is measured with --streaming");
}

double need_mean(const ConfigNode& summary, std::string_view name, std::string_view other) {
    for (const std::string_view each : {name, other}) {
        if (const ConfigNode* figure = find_path(summary, {each}))
            return need_amount(*figure, {"avg", "value"}, "the mean of the run");
    }
    throw InputError(summary.where(), "lacks \"" + std::string(name) + "\"", "tokens of a request");
}

/// Versions and tools keep it at different places.
std::optional<double> stimulus(const ConfigNode& summary, std::string_view name) {
    const ConfigNode* config = find_path(summary, {"input_config"});
    if (config == nullptr)
        return std::nullopt;
    for (const ConfigNode* place :
         {config, find_path(*config, {"loadgen"}), find_path(*config, {"perf_analyzer", "stimulus"})}) {
        if (place == nullptr || place->kind() != ConfigNode::Kind::kObject)
            continue;
        if (const auto amount = find_amount(*place, {name}); amount && *amount > 0)
            return amount;
    }
    return std::nullopt;
}

}  // namespace

MeanFigures summary_figures(const ConfigNode& summary) {
    MeanFigures figures;
    figures.where = summary.where();
    figures.ttft = need_seconds(summary, "time_to_first_token");
    figures.tpot = need_seconds(summary, "inter_token_latency");
    figures.input = need_mean(summary, "input_sequence_length", "input_token_count");
    figures.output = need_mean(summary, "output_sequence_length", "output_token_count");
    figures.completed = 1e4;  // where it is not said; mean_run takes no more than it needs
    if (const ConfigNode* count = find_path(summary, {"request_count"}))
        figures.completed = need_amount(*count, {"avg", "value"}, "how many requests were served");
    const auto rate = stimulus(summary, "request_rate");
    figures.load = rate ? LoadKind::kRate : LoadKind::kClients;
    figures.rate = rate.value_or(0);
    figures.clients = stimulus(summary, "concurrency").value_or(0);
    return figures;
}

std::string summary_model(const ConfigNode& summary) {
    const ConfigNode* config = find_path(summary, {"input_config"});
    if (config == nullptr)
        return {};
    for (const ConfigNode* place : {config, find_path(*config, {"endpoint"})}) {
        if (place == nullptr || place->kind() != ConfigNode::Kind::kObject)
            continue;
        for (const char* name : {"model_names", "models"}) {
            const ConfigNode* names = find_path(*place, {name});
            if (names != nullptr && names->kind() == ConfigNode::Kind::kList && !names->items().empty() &&
                names->items().front().kind() == ConfigNode::Kind::kText)
                return names->items().front().as_text();
        }
        if (std::string model = find_words(*place, {"formatted_model_name", "model"}); !model.empty())
            return model;
    }
    return {};
}

}  // namespace spillway
