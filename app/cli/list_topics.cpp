#include "app/cli/list_topics.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/io/json_file.hpp"
#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/study/metric.hpp"
#include "models/catalog/gpus.hpp"
#include "models/cold_start/loaders.hpp"
#include "models/cold_start/parse_startup.hpp"
#include "models/cold_start/startup_presets.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/empirical.hpp"
#include "models/llm/engine_profile.hpp"
#include "models/llm/llm_catalog.hpp"
#include "models/registry.hpp"
#include "policies/registry.hpp"
#include "traces/combine/combine.hpp"
#include "traces/registry.hpp"

namespace spillway {
namespace {

constexpr std::string_view kScaleHeading = "Scaling policies of one pool (a pool's \"policy\"):";
constexpr std::string_view kFleetHeading = "Policies over several pools (the scenario's \"policy\"):";
constexpr std::string_view kWorkerRouteHeading = "Which worker (a pool's \"route\"):";
constexpr std::string_view kPoolRouteHeading = "Which pool (the scenario's \"route\"):";

std::string params_text(std::span<const ParamSpec> params, const std::string& indent) {
    std::string text;
    for (const ParamSpec& param : params) {
        std::string note;
        if (param.presence == Presence::kDefaulted)
            note = fmt::format(" [{}]", param.fallback);
        if (param.presence == Presence::kRequired)
            note = " (required)";
        if (!param.choices.empty())
            note += fmt::format(" {{{}}}", param.choices);
        text += fmt::format("{}{:<20} {}{}\n", indent, param.name, param.meaning, note);
        text += params_text(param.fields, indent + "  ");
    }
    return text;
}

template <class Entries>
std::string entries_text(std::string_view heading, const Entries& entries) {
    std::string text = fmt::format("{}\n", heading);
    for (const auto& entry : entries) {
        text += fmt::format("  {:<20} {}\n", entry.name, entry.summary);
        text += params_text(entry.params, "      ");
    }
    return text + '\n';
}

/// Where the times of a GPU's kernels come from.
std::string kernels_of(const std::string& gpu) {
    const std::vector<std::string_view> known = gpu_profile_names();
    if (std::find(known.begin(), known.end(), gpu) == known.end())
        return "-";
    return find_gpu_profile(gpu, "list").kind == ProfileKind::kDataSheet ? "data sheet" : "fitted";
}

}  // namespace

std::string policies_text() {
    return entries_text(kScaleHeading, scale_policies()) + entries_text(kFleetHeading, fleet_policies());
}

std::string routes_text() {
    return entries_text(kWorkerRouteHeading, worker_routes()) +
           entries_text(kPoolRouteHeading, pool_routes());
}

std::string plugin_text(const PluginManifest& plugin) {
    std::string text;
    const auto add = [&](std::string_view heading, const auto& entries) {
        if (!entries.empty())
            text += entries_text(heading, entries);
    };
    add(kScaleHeading, plugin.scale_policies);
    add(kFleetHeading, plugin.fleet_policies);
    add(kWorkerRouteHeading, plugin.worker_routes);
    add(kPoolRouteHeading, plugin.pool_routes);
    return text;
}

std::string models_text() {
    return entries_text("How a worker serves (a pool's \"service\"):", service_models()) +
           "How a worker starts (a pool's \"startup\"):\n" + params_text(startup_params(), "      ");
}

std::string metrics_text() {
    std::string text = "What studies look at (--metrics, a study's \"metrics\"):\n";
    for (const NamedMetric& metric : named_metrics())
        text += fmt::format("  {:<20} {}\n", metric.name, metric.meaning);
    return text +
           "and every figure that an objective may have, without its bound: \"p99 total\" (or just p99), "
           "\"p95 warm "
           "ttft\",\n\"mean tpot\", \"max queue\", \"cold share\", \"exposed share\", \"failed\", each with "
           "\" for "
           "class=NAME\" for one class.\nIn percentiles of the total, a request that timed out counts at its "
           "client's "
           "time; in all others, what failed counts\nas never.\n";
}

std::string readers_text() {
    return entries_text("Sources of traffic ({\"source\": ...}):", source_registry()) +
           "Every source that does not wait for answers also takes, and of it one that does the last two:\n" +
           params_text(kSourceParams, "      ");
}

std::string savings_text() {
    std::string text = "Savings that `spillway advise` tries, with what each assumes:\n";
    for (const Saving& saving : savings())
        text += fmt::format("  {:<20} {}\n      {}\n", saving.name, saving.title, saving.assumes);
    return text + '\n';
}

std::string gpus_text() {
    TextTable table({"GPU", "memory", "kernels", "source of the memory"}, {0, 2, 3});
    for (const GpuFacts& gpu : gpu_catalog()) {
        table.add({gpu.name, gpu.memory_bytes ? show_gib(*gpu.memory_bytes) : "-", kernels_of(gpu.name),
                   gpu.provenance});
    }
    return table.text();
}

std::string llms_text() {
    TextTable table({"language model", "parameters", "layers", "bf16", "fp8", "context", "published as"},
                    {0, 6});
    for (const LlmSpec& llm : llm_catalog()) {
        const auto gib = [&llm](Precision weights) {
            return show_gib(static_cast<std::int64_t>(llm.weight_bytes(weights)));
        };
        table.add({llm.name, fmt::format("{:.1f}B", llm.parameters() / 1e9),
                   llm.sizes ? "measured" : std::to_string(llm.layers), gib(Precision::kBf16),
                   gib(Precision::kFp8), std::to_string(llm.max_context), llm.hub});
    }
    return table.text();
}

std::string engines_text() {
    std::string text;
    for (const EngineProfile& engine : engine_catalog()) {
        text += fmt::format("{:<20} {}\n{:<20} {}\n", engine.name, engine.summary, "", engine.provenance);
    }
    return text;
}

/// Models and engines whose iterations were measured as a whole.
std::string deployments_text() {
    TextTable table({"language model", "GPU", "GPUs", "engine", "weights", "layout", "runs", "clients",
                     "prompts", "answers", "TPOT error", "TTFT error"},
                    {0, 1, 3, 4, 5});
    const auto range = [](const std::array<std::uint32_t, 2>& of) {
        return of[0] == of[1] ? std::to_string(of[0]) : fmt::format("{}-{}", of[0], of[1]);
    };
    for (const EmpiricalDeployment& one : empirical_catalog().deployments) {
        table.add({one.key.llm, one.key.gpu, std::to_string(one.key.gpus), one.key.engine,
                   precision_name(one.key.weights), one.key.layout, std::to_string(one.runs),
                   range(one.clients), range(one.input_tokens), range(one.output_tokens),
                   fmt::format("{:.1f}%", 100 * one.tpot_error),
                   fmt::format("{:.1f}%", 100 * one.ttft_error)});
    }
    return table.text() + "\n" + empirical_catalog().provenance + "\n";
}

/// Platforms' starts, with the mean for the model that each was measured with.
std::string startups_text() {
    std::string text = "Platforms' starts (a start-up's \"preset\"), the mean without anything kept:\n";
    for (const StartupPreset& preset : startup_presets()) {
        ModelContext context{RunSeed{}, "list"};
        context.model_bytes = preset.weights_bytes;
        const ConfigNode named = read_config_text(fmt::format(R"({{"preset": "{}"}})", preset.name), "list");
        text += fmt::format("  {:<24} {:>8} with {} of weights; confidence {}, {}\n", preset.name,
                            show_seconds(make_startup(named, context)->mean_seconds()),
                            show_gib(preset.weights_bytes), preset.confidence, preset.date);
        text += fmt::format("      {}\n      Measured: {}\n      Assumed: {}\n      Source: {}\n",
                            preset.summary, preset.measured, preset.assumed, preset.source);
    }
    return text + '\n';
}

std::string loaders_text() {
    TextTable table({"loader", "storage", "GPU", "from disk", "from memory", "runs", "a size left out",
                     "confidence", "source"},
                    {0, 1, 2, 7, 8});
    for (const Loader& loader : loader_catalog()) {
        table.add({loader.name, loader.storage, loader.gpu,
                   fmt::format("{:.2f} GB/s", loader.bandwidth / 1e9),
                   loader.memory_bandwidth ? fmt::format("{:.2f} GB/s", *loader.memory_bandwidth / 1e9) : "-",
                   std::to_string(loader.runs),
                   loader.left_out_error ? fmt::format("{:.1f}%", 100 * *loader.left_out_error) : "-",
                   loader.confidence, loader.source});
    }
    return table.text();
}

}  // namespace spillway
